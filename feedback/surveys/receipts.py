"""One form, one answer, one receipt: how a form is known again, and an answer found to delete.

A form carries a random id that we signed. Its receipt code follows from that id and the server's
secret; an answer is stored under the digest of its code. So a form that is sent twice is the same
answer, and whoever has the code, and nobody else, can have the answer deleted.
"""

import hashlib
import secrets
from datetime import timedelta

from django.core import signing
from django.utils.crypto import salted_hmac

from feedback.models import Survey

# A form may lie open that long; the receipt can be read that long after answering.
FORM_AGE = timedelta(days=1)
RECEIPT_AGE = timedelta(minutes=15)

# Crockford's: without I, L, O and U, which are misread.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SYMBOLS = 16  # of 5 bits: 80 bits that nobody guesses
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})


def _signer(survey: Survey, purpose: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"feedback.survey.{purpose}.{survey.token}")


def new_submission(survey: Survey) -> str:
    """Return the signed id of a form that is about to be shown.

    It holds for the privacy that the form promises: after a change, the form is shown again.
    """
    return _signer(survey, f"form.{survey.privacy}").sign(secrets.token_urlsafe(16))


def read_submission(
    survey: Survey, signed: str, *, max_age: timedelta | None = FORM_AGE
) -> str | None:
    """Return the id of a form; None for one that is too old, or that we never made."""
    try:
        return _signer(survey, f"form.{survey.privacy}").unsign(signed, max_age=max_age)
    except signing.BadSignature:
        return None


def sign_receipt(survey: Survey, submission: str) -> str:
    """Return what the address of the thank-you page carries instead of the code itself."""
    return _signer(survey, "receipt").sign(submission)


def read_receipt(survey: Survey, signed: str) -> str | None:
    """Return the code to show, or None once its time is over."""
    try:
        return receipt_code(survey, _signer(survey, "receipt").unsign(signed, max_age=RECEIPT_AGE))
    except signing.BadSignature:
        return None


def receipt_code(survey: Survey, submission: str) -> str:
    """Return the receipt of a form: "7K2M-9QXA-04TB-ZW3E"."""
    digest = salted_hmac(
        "feedback.survey.code", f"{survey.token}:{submission}", algorithm="sha256"
    ).digest()
    number = int.from_bytes(digest[:10])
    symbols = "".join(ALPHABET[number >> 5 * place & 31] for place in range(SYMBOLS))
    return "-".join(symbols[start : start + 4] for start in range(0, SYMBOLS, 4))


def answer_id(code: str) -> str | None:
    """Return the external id of the answer with that receipt; None for what is no code.

    The code alone finds the answer: 80 bits are no other survey's, either. Blanks, dashes and case
    do not matter, nor does an O for a 0.
    """
    plain = "".join(code.upper().replace("-", "").split()).translate(_MISREAD)
    if len(plain) != SYMBOLS or set(plain) - set(ALPHABET):
        return None
    return hashlib.sha256(f"feedback.survey.answer:{plain}".encode()).hexdigest()
