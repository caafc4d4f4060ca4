"""Columns by the names that people give them, for files of no known tool."""

from feedback.imports.layouts.tool import (
    Known,
    finished,
    left_out,
    private,
    the_id,
    the_language,
    the_person,
    the_time,
)
from feedback.imports.mappings.mapping import Unit
from feedback.imports.proposals.proposal import Role

PRIVATE = (
    private("ip", "ip address", "ipaddress", "ip adresse", "adresse ip", "user agent", "useragent"),
    private("browser", "device", "os", "operating system", "latitude", "longitude", "location"),
    private("first name", "firstname", "last name", "lastname", "name", "full name", "surname"),
    private("vorname", "nachname", "prénom", "nom", "nombre", "apellido", "apellidos"),
    private("phone", "phone number", "telephone", "telefon", "téléphone", "teléfono", "mobile"),
    private("address", "adresse", "street", "postcode", "zip", "zip code", "plz"),
)
GROUPS = (
    Known(
        role=Role.SEGMENT,
        names=(
            *("segment", "customer segment", "customer type", "customer group", "persona"),
            *("plan", "tier", "kundensegment", "kundengruppe", "kundentyp", "segmento"),
            *("type de client", "tipo de cliente"),
        ),
        reason="groups of customers, by which the map can be filtered.",
    ),
    Known(
        role=Role.CHANNEL,
        names=("channel", "kanal", "canal", "canale", "contact channel"),
        reason="the channel of the answer.",
    ),
)
COMMENTS = Known(
    role=Role.COMMENT,
    names=(
        *("comment", "comments", "customer comment", "feedback", "remark", "remarks", "verbatim"),
        *("why", "reason", "open text", "additional feedback", "kommentar", "bemerkung", "warum"),
        *("commentaire", "commentaires", "pourquoi", "comentario", "comentarios", "por qué"),
        *("commento", "commenti", "opmerking", "opmerkingen", "anmerkung", "begründung"),
    ),
    reason="the customer's words.",
)
GENERIC = (
    the_id(
        *("response id", "responseid", "answer id", "submission id", "survey response id"),
        *("respondent id", "external id", "ticket id", "ticket", "case id", "conversation id"),
        *("antwort id", "identifiant", "id de respuesta", "id", "uuid", "ref", "reference"),
    ),
    the_time(
        *("submitted at", "completed at", "responded at", "answered at", "response date"),
        *("submit date", "timestamp", "created at", "date submitted", "survey date", "closed at"),
        *("recorded at", "datetime", "date", "time", "when", "closed", "created", "zeitstempel"),
        *("antwortdatum", "datum", "eingang", "date de réponse", "horodateur", "fecha"),
        *("marca temporal", "data", "completion time", "end date"),
    ),
    the_language("language", "locale", "lang", "sprache", "langue", "idioma", "lingua"),
    the_person(
        *("email", "e mail", "email address", "e mail address", "e mail adresse", "mail"),
        *("customer id", "customer number", "contact id", "user id", "kundennummer", "courriel"),
        *("correo electrónico", "person", "person id"),
    ),
    finished("finished", "complete", "completed", "is complete", values=("1", "true", "yes")),
    *GROUPS,
    Known(
        role=Role.TOUCHPOINT,
        names=("touchpoint", "touch point", "kontaktpunkt", "point de contact", "where"),
        reason="names the touchpoint: every row is one answer.",
    ),
    Known(
        role=Role.METRIC,
        names=("metric", "survey type", "kennzahl", "metrik", "what"),
        reason="names the metric of the row's score.",
    ),
    Known(
        role=Role.FIRST_RESPONSE,
        names=(
            *("first reply time in minutes", "first response time in minutes"),
            *("first response time minutes", "first response minutes"),
        ),
        unit=Unit.MINUTES,
        reason="minutes until the first response.",
    ),
    Known(
        role=Role.WAIT,
        names=("wait time in minutes", "waiting time in minutes", "wait minutes", "wartezeit min"),
        unit=Unit.MINUTES,
        reason="minutes that the customer waited.",
    ),
    Known(
        role=Role.WAIT,
        names=("wait time in seconds", "waiting time in seconds", "wait seconds"),
        unit=Unit.SECONDS,
        reason="seconds that the customer waited.",
    ),
    COMMENTS,
    left_out("progress", "duration", "duration in seconds", "url", "tags", "status"),
)

# Words in a question that tell its metric, and the scales that it may have.
HINTS = (
    (
        r"\bnps\b|net promoter|recommend|weiter ?empf|empfehlen|recommand|recomend|consigli",
        ("nps",),
    ),
    (
        r"\bces\b|effort|how easy|\beas[ey]|aufwand|einfach|leicht|facil|fácil|effort client",
        ("ces5", "ces"),
    ),
    (
        r"\bcsat\b|satisf|zufrieden|\brat(?:e|ing)\b|\bstars?\b|\bscore\b|bewertung|tevreden",
        ("csat", "csat7"),
    ),
)
