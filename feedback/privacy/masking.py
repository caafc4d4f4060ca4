"""Taking addresses and numbers that point at people out of comments, before they are kept.

Masked are e-mail addresses; IBANs with right check digits; card-like numbers of 13 to 19 digits
that pass Luhn's test; telephone numbers in the shapes of PHONE. Not masked are dates, times,
prices, and numbers that the words before them call an order, an invoice, a ticket or the like. A
bare run of digits is a telephone number only after a word such as "call", or with a leading zero
and 10 or 11 digits: order numbers look the same. docs/privacy.md has the rules for users.
"""

import re
from collections.abc import Callable

from django.db import transaction

from feedback.models import FeedbackRecord
from feedback.privacy.numbers import card_at, iban_at

_EMAIL = re.compile(r"(?<![\w.+%'-])[\w.+%'-]+(?:@|[ ]?[\[(](?:at|AT)[\])][ ]?)[\w-]+(?:\.[\w-]+)+")
"""Also "jo (at) example.com". The look back spares trying every letter of a long word."""

PHONE = {
    # +49 (0) 171 2345678; 0044 20 7946 0958, which needs a separator.
    "abroad": (
        (
            r"\+[1-9](?:[ ./()\u2010-\u2013-]{0,3}\d){7,14}"
            r"|00[1-9]\d{0,2}[ ./-](?:[ ./()-]{0,3}\d){7,12}"
        ),
        range(8, 16),
    ),
    # 0171 2345678, 06 12 34 56 78, (089) 123456; without a separator 10 or 11 digits.
    "trunk": (
        (
            r"(?:\(0[1-9]\d{0,4}\)|0[1-9]\d{0,4})(?:[ ]?[ /.\u2010-\u2013-][ ]?\d{2,8}){1,5}"
            r"|\(0[1-9]\d{0,4}\)\d{4,8}|0[1-9]\d{8,9}"
        ),
        range(9, 13),
    ),
    # (212) 555-0123, 1-212-555-0123
    "america": (
        r"(?:1[ .-])?(?:\([2-9]\d{2}\)[ ]?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}",
        range(10, 12),
    ),
    # Spain 612 34 56 78 and 612 345 678, Italy 333 1234567, India 98765 43210.
    "bare": (
        (
            r"[679]\d{2}(?:[ -]\d{2}){3}|[67]\d{2}[ -]\d{3}[ -]\d{3}|3\d{2}[ -]\d{6,7}"
            r"|[6-9]\d{4}[ -]\d{5}"
        ),
        range(9, 11),
    ),
}
"""How telephone numbers are written, and how many digits they then have."""

_CUE = (
    r"\b(?i:phone|tel|telephone|mobile|cell|call(?:ed|ing|s)?|ring|text|whatsapp|fax"
    r"|telefon|telefonnummer|handy|handynummer|mobil|rufnummer|anrufen|rückruf"
    r"|téléphone|portable|appel\w*|rappel\w*|teléfono|móvil|llam\w*|telefono|cellulare)\b"
)
_OTHER = re.compile(
    r"(?:\b(?:order|booking|reservation|reference|ref|invoice|receipt|ticket|case|claim|contract"
    r"|policy|account|customer|client|member|tracking|parcel|shipment|serial|model|article|item"
    r"|product|sku|imei|pnr|flight|vat|id|code|pin|zip|postcode|commande|dossier|facture"
    r"|réservation|pedido|factura|reserva|ordine|fattura|bestellung|auftrag|rechnung|buchung"
    r"|kunde|vertrag|sendung|plz)s?|\w(?:nummer|nr))"
    r"(?:[ -]?(?:number|no|nr|id|code))?[\W_]{0,3}(?:(?:is|was|ist|war)[\W_]{1,2})?$|[#№]\s?$",
    re.IGNORECASE,
)
"""What a number before which this stands is, rather than a telephone number."""
_LOOKED_BACK = 40

_BEFORE = r"(?<!\w)(?<!\d[.,:/-])"
_AFTER = r"(?!\w|[.,:/-]\d)"
_DATE = (
    r"(?:\d{4}(?P<of_iso>[./-])\d{1,2}(?P=of_iso)\d{1,2}"
    r"|\d{1,2}(?P<of_day>[./-])\d{1,2}(?P=of_day)(?:\d{4}|\d{2})"
    r"|\d{1,2}:\d{2}(?::\d{2})?)(?!\d|[./-]\d)"
)
_IBAN = re.compile(_BEFORE + r"[A-Za-z]{2}\d{2}(?:[ ]?[A-Za-z\d]){11,29}")
_CARD = re.compile(r"(?<![\w+])(?<!\d[.,:/-])\d(?:[ -]?\d){12,18}(?!\d)")
_PHONE = re.compile(
    rf"{_BEFORE}{_DATE}"
    rf"|{_CUE}(?P<gap>[^\d\n+(]{{0,25}})(?P<cued>\+?\(?\d(?:[ ./()-]{{0,2}}\d){{5,14}}){_AFTER}"
    + "".join(rf"|{_BEFORE}(?P<{name}>{shape}){_AFTER}" for name, (shape, _) in PHONE.items())
)
_SIX_DIGITS = re.compile(r"\d(?:[ ()./\u2010-\u2013-]{0,3}\d){5}")
"""Nothing shorter is a number that is masked; most comments have nothing like it."""
_DATED = re.compile(_DATE)

_PLAIN = str.maketrans(
    {zero + digit: str(digit) for zero in (0x660, 0x6F0, 0x966, 0xFF10) for digit in range(10)}
    | dict.fromkeys("\u00a0\u2007\u2009\u202f", " ")
    | {"\uff20": "@", "\uff0b": "+"}
)
"""Arabic, Persian, Indian and wide digits, and blanks that break no line, as the usual ones."""


def masked(text: str) -> str:
    """Return the text with [e-mail], [phone], [card] and [iban] for what points at a person.

    A text that was masked stays as it is when it is masked again. One of which something goes is
    kept with plain digits and blanks, any other as it was written.
    """
    plain = rest = text if text.isascii() else text.translate(_PLAIN)
    while (once := _masked_once(rest)) != rest:
        # What stood beside a number may only now be one of its own: seldom, but then again.
        rest = once
    return text if rest == plain else rest


def mask_stored(*, dry_run: bool = False, batch: int = 2_000) -> int:
    """Mask the comments that are stored already; return how many that changes."""
    changed, last = 0, 0
    while True:
        with transaction.atomic():
            rows = FeedbackRecord.objects.filter(pk__gt=last).exclude(comment="").order_by("pk")
            found = list(rows.only("pk", "comment")[:batch])
            if not found:
                return changed
            last = found[-1].pk
            unmasked = [record for record in found if masked(record.comment) != record.comment]
            for record in unmasked:
                record.comment = masked(record.comment)
            if not dry_run:
                FeedbackRecord.objects.bulk_update(unmasked, ["comment"])
            changed += len(unmasked)


def _masked_once(text: str) -> str:
    if "@" in text or "at)" in text or "at]" in text or "AT" in text:
        text = _EMAIL.sub("[e-mail]", text)
    if _SIX_DIGITS.search(text):
        text = _proven(text, _IBAN, iban_at, "[iban]")
        text = _proven(text, _CARD, card_at, "[card]")
        text = _PHONE.sub(_phone, text)
    return text


def _proven(text: str, shape: re.Pattern[str], length_at: Callable[[str], int], gone: str) -> str:
    """Replace the beginning of each match as far as it proves itself."""
    kept, done, place = [], 0, 0
    while match := shape.search(text, place):
        if length := length_at(match.group()):
            kept += [text[done : match.start()], gone]
            place = done = match.start() + length
        else:
            place = match.start() + 1
    return "".join([*kept, text[done:]])


def _phone(match: re.Match[str]) -> str:
    found, kind = match.group(), match.lastgroup
    if kind == "cued":
        if _OTHER.search(match["gap"]) or _DATED.match(match["cued"]):
            return found
        return f"{found[: match.start('cued') - match.start()]}[phone]"
    if kind not in PHONE:
        return found
    _, lengths = PHONE[kind]
    before = match.string[max(0, match.start() - _LOOKED_BACK) : match.start()]
    if sum(map(str.isdigit, found)) not in lengths:
        return found
    return found if kind != "abroad" and _OTHER.search(before) else "[phone]"
