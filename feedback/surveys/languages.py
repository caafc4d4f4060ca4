"""Languages of a survey: which one a visitor reads, how it is called, which way it runs."""

from django.conf.locale import LANG_INFO
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

LONGEST_HEADER = 300


def wanted_languages(asked: str, accepted: str) -> list[str]:
    """Return language tags in the order in which a visitor would like them.

    `asked` comes from the address and goes first; `accepted` is the header Accept-Language.
    """
    header = [tag for tag, _ in parse_accept_lang_header(accepted[:LONGEST_HEADER]) if tag != "*"]
    return [asked, *header] if asked else header


def _info(language: str) -> dict[str, object]:
    tag = language.lower()
    return LANG_INFO.get(tag) or LANG_INFO.get(tag.partition("-")[0]) or {}


def language_name(language: str) -> str:
    """Return the language's name in itself, "Deutsch", or the tag where nobody knows it."""
    return str(_info(language).get("name_local", language)).capitalize()


def english_name(language: str) -> str:
    """Return the language's name in English, "German", or the tag where nobody knows it."""
    return str(_info(language).get("name", language))


def direction(language: str) -> str:
    """Return "rtl" for languages that run from right to left, else "ltr"."""
    return "rtl" if _info(language).get("bidi") else "ltr"


def django_language(language: str) -> str:
    """Return the language in which Django writes a date: the nearest that it knows, or English."""
    try:
        return get_supported_language_variant(language.lower())
    except LookupError:
        return "en"
