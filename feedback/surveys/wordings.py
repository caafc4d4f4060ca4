"""The standard wordings of NPS, CSAT and CES: what a new survey begins with, by language.

NPS is asked as Reichheld published it (2003), CES as version 2.0 of the Corporate Executive Board
(2013): agreement that it was made easy. Teams change every word on the survey's page.
"""

from typing import NamedTuple


class Wording(NamedTuple):
    """A question, what its ends mean, the second question, the one for handoffs, and the thanks."""

    question: str
    low_label: str
    high_label: str
    follow_up: str
    explained_again: str
    thank_you: str


class _Shared(NamedTuple):
    follow_up: str
    explained_again: str
    thank_you: str


_SHARED = {
    "en": _Shared(
        "What is the main reason for your answer?",
        "Did you have to explain it again?",
        "Your answer helps us to do better.",
    ),
    "de": _Shared(
        "Was ist der wichtigste Grund für Ihre Antwort?",
        "Mussten Sie Ihr Anliegen noch einmal erklären?",
        "Ihre Antwort hilft uns, besser zu werden.",
    ),
    "fr": _Shared(
        "Quelle est la principale raison de votre réponse ?",
        "Avez-vous dû expliquer à nouveau votre demande ?",
        "Votre réponse nous aide à nous améliorer.",
    ),
    "es": _Shared(
        "¿Cuál es el motivo principal de su respuesta?",
        "¿Tuvo que volver a explicarlo?",
        "Su respuesta nos ayuda a mejorar.",
    ),
    "ar": _Shared(
        "ما السبب الرئيسي لإجابتك؟",
        "هل اضطررت إلى شرح الأمر مرة أخرى؟",
        "إجابتك تساعدنا على التحسّن.",
    ),
}

# By what the scale measures, then by language: the question, its low and its high end.
_QUESTIONS = {
    "nps": {
        "en": (
            "How likely are you to recommend us to a friend or colleague?",
            "Not at all likely",
            "Extremely likely",
        ),
        "de": (
            "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
            "Sehr unwahrscheinlich",
            "Sehr wahrscheinlich",
        ),
        "fr": (
            "Quelle est la probabilité que vous nous recommandiez à un proche ou à un collègue ?",
            "Pas du tout probable",
            "Très probable",
        ),
        "es": (
            "¿Qué probabilidad hay de que nos recomiende a un amigo o colega?",
            "Nada probable",
            "Muy probable",
        ),
        "ar": (
            "ما مدى احتمال أن توصي بنا صديقًا أو زميلًا؟",
            "غير محتمل إطلاقًا",
            "محتمل جدًا",
        ),
    },
    "csat": {
        "en": (
            "How satisfied were you?",
            "Very dissatisfied",
            "Very satisfied",
        ),
        "de": (
            "Wie zufrieden waren Sie?",
            "Sehr unzufrieden",
            "Sehr zufrieden",
        ),
        "fr": (
            "Dans quelle mesure avez-vous été satisfait ?",
            "Pas du tout satisfait",
            "Très satisfait",
        ),
        "es": (
            "¿Cuál fue su grado de satisfacción?",
            "Muy baja",
            "Muy alta",
        ),
        "ar": (
            "ما مدى رضاك؟",
            "غير راضٍ إطلاقًا",
            "راضٍ جدًا",
        ),
    },
    "ces": {
        "en": (
            "Do you agree: they made it easy for me?",
            "Strongly disagree",
            "Strongly agree",
        ),
        "de": (
            "Stimmen Sie zu: Es wurde mir leicht gemacht?",
            "Stimme gar nicht zu",
            "Stimme voll zu",
        ),
        "fr": (
            "Êtes-vous d’accord : on m’a facilité la tâche ?",
            "Pas du tout d’accord",
            "Tout à fait d’accord",
        ),
        "es": (
            "¿Está de acuerdo: me lo pusieron fácil?",
            "Muy en desacuerdo",
            "Muy de acuerdo",
        ),
        "ar": (
            "هل توافق: لقد سهّلوا الأمر عليّ؟",
            "لا أوافق إطلاقًا",
            "أوافق تمامًا",
        ),
    },
}

LANGUAGES = tuple(_SHARED)


def standard_wording(metric: str, language: str) -> Wording:
    """Return the wording for "nps", "csat" or "ces" in a language; in English, where it lacks.

    "de-AT" is served by "de".
    """
    base = language.lower().partition("-")[0]
    known = base if base in _SHARED else "en"
    return Wording(*_QUESTIONS[metric][known], *_SHARED[known])
