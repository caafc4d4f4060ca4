"""Taking addresses and numbers that point at people out of comments, before they are kept."""

import re

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<!\w)\+?\d(?:[ ()/.-]{0,2}\d){7,14}(?!\w)")


def masked(text: str) -> str:
    """Return the text with e-mail addresses as [e-mail] and telephone numbers as [phone]."""
    if "@" in text:
        text = _EMAIL.sub("[e-mail]", text)
    return _PHONE.sub("[phone]", text)
