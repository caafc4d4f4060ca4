"""What the survey pages and the invitations say around the team's own words, by language."""

from typing import NamedTuple


class Words(NamedTuple):
    """The fixed words of a survey page in one language.

    What stands in braces, `{team}` or `{count}`, is filled in by whoever uses them.
    """

    send: str
    optional: str
    comment: str
    yes: str
    no: str
    email: str
    name: str
    may_contact: str
    contact: str
    privacy_anonymous: str
    privacy_pseudonymous: str
    privacy_identified: str
    choose: str
    too_long: str
    bad_email: str
    email_missing: str
    stale: str
    problem: str
    thanks: str
    receipt: str
    receipt_note: str
    delete_answer: str
    forget_title: str
    forget_note: str
    forget_unknown: str
    forgotten: str
    not_open: str
    opens: str
    closed: str
    used: str
    expired: str
    too_large: str
    too_many: str
    unknown: str
    low_high: str
    language: str
    begins_again: str
    back: str
    subject: str
    greeting: str
    mail_note: str
    answer_online: str
    unsubscribe: str
    unsubscribe_note: str
    unsubscribed: str


EN = Words(
    send="Send",
    optional="optional",
    comment="Your words",
    yes="Yes",
    no="No",
    email="E-mail address",
    name="Name",
    may_contact="You may contact me about this answer.",
    contact="May we come back to you?",
    privacy_anonymous="Anonymous: no name and no address is stored; of the time, only the day.",
    privacy_pseudonymous="Your answer is stored under a random key, without name or address.",
    privacy_identified="Your answer is stored together with your e-mail address, if we know it.",
    choose="Please choose an answer.",
    too_long="Your text has {count} characters; 2,000 fit. Please shorten it.",
    bad_email="This is not an e-mail address.",
    email_missing="Please add your e-mail address, or take the tick away.",
    stale="This page was open for too long. Nothing is lost: please send it again.",
    problem="Not sent yet",
    thanks="Thank you",
    receipt="Your receipt code",
    receipt_note="With it you can have your answer deleted. It is shown only now.",
    delete_answer="Delete an answer",
    forget_title="Delete an answer",
    forget_note="Enter the receipt code that you were shown after answering.",
    forget_unknown="There is no answer with this code here. Please check it.",
    forgotten="Your answer is deleted.",
    not_open="This survey is not open yet.",
    opens="It opens on {date}.",
    closed="This survey is closed. Thank you for your interest.",
    used="This link was used already. Every link takes one answer.",
    expired="The time of this link is over.",
    too_large="That is more than this page can take. Please go back and shorten it.",
    too_many="Those were very many answers from here within a minute. Please wait a moment, "
    "go back and send it again.",
    unknown="There is no survey at this address. Perhaps the link was cut off.",
    low_high="{low} means: {low_label}. {high} means: {high_label}.",
    language="Language",
    begins_again="The next question comes by itself.",
    back="Back to the question",
    subject="A question from {team}",
    greeting="Hello {name},",
    mail_note="One click on a number is enough to begin. The answer counts once you send it.",
    answer_online="Answer on the web page",
    unsubscribe="No more invitations",
    unsubscribe_note="Then {team} will not invite you to surveys any more.",
    unsubscribed="You will get no more invitations.",
)

DE = Words(
    send="Absenden",
    optional="freiwillig",
    comment="Ihre Worte",
    yes="Ja",
    no="Nein",
    email="E-Mail-Adresse",
    name="Name",
    may_contact="Sie dürfen mich zu dieser Antwort kontaktieren.",
    contact="Dürfen wir uns melden?",
    privacy_anonymous="Anonym: ohne Name und ohne Adresse; von der Zeit bleibt nur der Tag.",
    privacy_pseudonymous="Gespeichert unter einem zufälligen Schlüssel, ohne Name und Adresse.",
    privacy_identified="Gespeichert zusammen mit Ihrer E-Mail-Adresse, wenn wir sie kennen.",
    choose="Bitte wählen Sie eine Antwort.",
    too_long="Ihr Text hat {count} Zeichen; 2.000 passen. Bitte kürzen Sie ihn.",
    bad_email="Das ist keine E-Mail-Adresse.",
    email_missing="Bitte ergänzen Sie Ihre E-Mail-Adresse oder entfernen Sie das Häkchen.",
    stale="Diese Seite war zu lange offen. Nichts ist verloren: Bitte senden Sie noch einmal.",
    problem="Noch nicht gesendet",
    thanks="Vielen Dank",
    receipt="Ihr Quittungscode",
    receipt_note="Damit können Sie Ihre Antwort löschen lassen. Er wird nur jetzt angezeigt.",
    delete_answer="Eine Antwort löschen",
    forget_title="Eine Antwort löschen",
    forget_note="Geben Sie den Quittungscode ein, den Sie nach dem Antworten gesehen haben.",
    forget_unknown="Zu diesem Code gibt es hier keine Antwort. Bitte prüfen Sie ihn.",
    forgotten="Ihre Antwort ist gelöscht.",
    not_open="Diese Umfrage ist noch nicht offen.",
    opens="Sie öffnet am {date}.",
    closed="Diese Umfrage ist geschlossen. Vielen Dank für Ihr Interesse.",
    used="Dieser Link wurde schon benutzt. Jeder Link nimmt eine Antwort an.",
    expired="Die Zeit dieses Links ist abgelaufen.",
    too_large="Das ist mehr, als diese Seite aufnimmt. Bitte gehen Sie zurück und kürzen Sie es.",
    too_many="Das waren sehr viele Antworten von hier in einer Minute. Bitte warten Sie "
    "kurz, gehen Sie zurück und senden Sie noch einmal.",
    unknown="Unter dieser Adresse gibt es keine Umfrage. Vielleicht fehlt ein Stück des Links.",
    low_high="{low} heißt: {low_label}. {high} heißt: {high_label}.",
    language="Sprache",
    begins_again="Die nächste Frage kommt von selbst.",
    back="Zurück zur Frage",
    subject="Eine Frage von {team}",
    greeting="Guten Tag {name},",
    mail_note="Ein Klick auf eine Zahl genügt für den Anfang. Die Antwort zählt, sobald Sie sie "
    "absenden.",
    answer_online="Auf der Webseite antworten",
    unsubscribe="Keine Einladungen mehr",
    unsubscribe_note="{team} wird Sie dann nicht mehr zu Umfragen einladen.",
    unsubscribed="Sie bekommen keine Einladungen mehr.",
)

FR = Words(
    send="Envoyer",
    optional="facultatif",
    comment="Vos mots",
    yes="Oui",
    no="Non",
    email="Adresse e-mail",
    name="Nom",
    may_contact="Vous pouvez me contacter au sujet de cette réponse.",
    contact="Pouvons-nous revenir vers vous ?",
    privacy_anonymous="Anonyme : ni nom ni adresse ne sont conservés ; de l’heure, seul le jour.",
    privacy_pseudonymous="Conservé sous une clé aléatoire, sans nom ni adresse.",
    privacy_identified="Conservé avec votre adresse e-mail, si nous la connaissons.",
    choose="Veuillez choisir une réponse.",
    too_long="Votre texte compte {count} caractères ; 2 000 au plus. Veuillez le raccourcir.",
    bad_email="Ce n’est pas une adresse e-mail.",
    email_missing="Veuillez ajouter votre adresse e-mail ou décocher la case.",
    stale="Cette page est restée ouverte trop longtemps. Rien n’est perdu : envoyez à nouveau.",
    problem="Pas encore envoyé",
    thanks="Merci",
    receipt="Votre code de reçu",
    receipt_note="Il permet de faire supprimer votre réponse. Il n’est affiché que maintenant.",
    delete_answer="Supprimer une réponse",
    forget_title="Supprimer une réponse",
    forget_note="Saisissez le code de reçu affiché après votre réponse.",
    forget_unknown="Aucune réponse ne correspond à ce code ici. Veuillez le vérifier.",
    forgotten="Votre réponse est supprimée.",
    not_open="Cette enquête n’est pas encore ouverte.",
    opens="Elle ouvre le {date}.",
    closed="Cette enquête est close. Merci de votre intérêt.",
    used="Ce lien a déjà servi. Chaque lien accepte une réponse.",
    expired="Ce lien a expiré.",
    too_large="C’est plus que cette page ne peut recevoir. Veuillez revenir et raccourcir.",
    too_many="Beaucoup de réponses sont venues d’ici en une minute. Veuillez patienter un "
    "instant, revenir et envoyer à nouveau.",
    unknown="Il n’y a pas d’enquête à cette adresse. Le lien est peut-être incomplet.",
    low_high="{low} signifie : {low_label}. {high} signifie : {high_label}.",
    language="Langue",
    begins_again="La question suivante vient d’elle-même.",
    back="Retour à la question",
    subject="Une question de {team}",
    greeting="Bonjour {name},",
    mail_note="Un clic sur un chiffre suffit pour commencer. La réponse compte une fois envoyée.",
    answer_online="Répondre sur la page web",
    unsubscribe="Plus d’invitations",
    unsubscribe_note="{team} ne vous invitera plus à des enquêtes.",
    unsubscribed="Vous ne recevrez plus d’invitations.",
)

ES = Words(
    send="Enviar",
    optional="opcional",
    comment="Sus palabras",
    yes="Sí",
    no="No",
    email="Correo electrónico",
    name="Nombre",
    may_contact="Pueden contactarme por esta respuesta.",
    contact="¿Podemos responderle?",
    privacy_anonymous="Anónima: no se guarda nombre ni dirección; de la hora, solo el día.",
    privacy_pseudonymous="Se guarda con una clave aleatoria, sin nombre ni dirección.",
    privacy_identified="Se guarda junto con su correo electrónico, si lo conocemos.",
    choose="Elija una respuesta, por favor.",
    too_long="Su texto tiene {count} caracteres; caben 2.000. Acórtelo, por favor.",
    bad_email="Esto no es un correo electrónico.",
    email_missing="Añada su correo electrónico o quite la marca.",
    stale="Esta página estuvo abierta demasiado tiempo. No se ha perdido nada: envíela de nuevo.",
    problem="Aún no enviado",
    thanks="Gracias",
    receipt="Su código de recibo",
    receipt_note="Con él puede pedir que se borre su respuesta. Solo se muestra ahora.",
    delete_answer="Borrar una respuesta",
    forget_title="Borrar una respuesta",
    forget_note="Escriba el código de recibo que vio después de responder.",
    forget_unknown="Aquí no hay ninguna respuesta con este código. Compruébelo, por favor.",
    forgotten="Su respuesta se ha borrado.",
    not_open="Esta encuesta aún no está abierta.",
    opens="Se abre el {date}.",
    closed="Esta encuesta está cerrada. Gracias por su interés.",
    used="Este enlace ya se usó. Cada enlace admite una respuesta.",
    expired="Este enlace ha caducado.",
    too_large="Es más de lo que admite esta página. Vuelva atrás y acórtelo, por favor.",
    too_many="Han llegado muchas respuestas desde aquí en un minuto. Espere un momento, "
    "vuelva atrás y envíela de nuevo, por favor.",
    unknown="No hay ninguna encuesta en esta dirección. Quizá el enlace esté cortado.",
    low_high="{low} significa: {low_label}. {high} significa: {high_label}.",
    language="Idioma",
    begins_again="La siguiente pregunta llega sola.",
    back="Volver a la pregunta",
    subject="Una pregunta de {team}",
    greeting="Hola, {name}:",
    mail_note="Basta un clic en un número para empezar. La respuesta cuenta cuando la envía.",
    answer_online="Responder en la página web",
    unsubscribe="No más invitaciones",
    unsubscribe_note="{team} no volverá a invitarle a encuestas.",
    unsubscribed="No recibirá más invitaciones.",
)

AR = Words(
    send="إرسال",
    optional="اختياري",
    comment="كلماتك",
    yes="نعم",
    no="لا",
    email="البريد الإلكتروني",
    name="الاسم",
    may_contact="يمكنكم التواصل معي بشأن هذه الإجابة.",
    contact="هل يمكننا الرد عليك؟",
    privacy_anonymous="مجهول الهوية: لا نحفظ اسمك ولا عنوانك، ومن الوقت اليوم فقط.",
    privacy_pseudonymous="تُحفظ إجابتك برمز عشوائي دون اسم أو عنوان.",
    privacy_identified="تُحفظ إجابتك مع بريدك الإلكتروني إن كنا نعرفه.",
    choose="يرجى اختيار إجابة.",
    too_long="يحتوي نصك على {count} حرفًا، والحد الأقصى 2000. يرجى اختصاره.",
    bad_email="هذا ليس عنوان بريد إلكتروني.",
    email_missing="يرجى إضافة بريدك الإلكتروني أو إزالة العلامة.",
    stale="بقيت هذه الصفحة مفتوحة طويلًا. لم يُفقد شيء: يرجى الإرسال مرة أخرى.",
    problem="لم يُرسل بعد",
    thanks="شكرًا لك",
    receipt="رمز الإيصال",
    receipt_note="يمكنك به طلب حذف إجابتك. لا يظهر إلا الآن.",
    delete_answer="حذف إجابة",
    forget_title="حذف إجابة",
    forget_note="أدخل رمز الإيصال الذي ظهر لك بعد الإجابة.",
    forget_unknown="لا توجد إجابة بهذا الرمز هنا. يرجى التحقق منه.",
    forgotten="حُذفت إجابتك.",
    not_open="هذا الاستبيان لم يُفتح بعد.",
    opens="يُفتح في {date}.",
    closed="هذا الاستبيان مغلق. شكرًا لاهتمامك.",
    used="استُخدم هذا الرابط من قبل. كل رابط يقبل إجابة واحدة.",
    expired="انتهت مدة هذا الرابط.",
    too_large="هذا أكثر مما تقبله هذه الصفحة. يرجى الرجوع والاختصار.",
    too_many="وصلت إجابات كثيرة جدًا من هنا خلال دقيقة. يرجى الانتظار قليلًا ثم الرجوع "
    "والإرسال مرة أخرى.",
    unknown="لا يوجد استبيان في هذا العنوان. ربما الرابط غير مكتمل.",
    low_high="{low} تعني: {low_label}. {high} تعني: {high_label}.",
    language="اللغة",
    begins_again="يأتي السؤال التالي تلقائيًا.",
    back="العودة إلى السؤال",
    subject="سؤال من {team}",
    greeting="مرحبًا {name}،",
    mail_note="تكفي نقرة على رقم للبدء. تُحتسب الإجابة عند إرسالها.",
    answer_online="الإجابة على صفحة الويب",
    unsubscribe="لا مزيد من الدعوات",
    unsubscribe_note="لن يدعوك {team} إلى استبيانات بعد ذلك.",
    unsubscribed="لن تصلك دعوات أخرى.",
)

_WORDS = {"en": EN, "de": DE, "fr": FR, "es": ES, "ar": AR}


def words_in(language: str) -> Words:
    """Return the words of a language, "de" for "de-AT"; English ones for a language without."""
    return _WORDS.get(language.lower().partition("-")[0], EN)
