"""A person who is looked for: known by address and words, or only by the digest of an address."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from feedback.privacy.respondents import respondent_key
from journeys.models import Workspace

SHORTEST = 4
"""Characters of a name or number to look for; shorter ones would be found in other words."""
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_BLANKS = dict.fromkeys("nrtbf", " ")
_ADDRESS = re.compile(r"(?<![\w.+%'-])[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")


class NotLookedFor(ValueError):
    """Nobody can be looked for by this; the message says why, for people."""


@dataclass(frozen=True)
class Person:
    """Whom to look for in a workspace.

    `keys` are the digests of the address and of each other identifier; `words` are what to find
    in texts, none where only digests are known. `until` limits the search to what was recorded by
    then.
    """

    workspace: Workspace
    keys: tuple[str, ...]
    words: tuple[str, ...] = ()
    until: datetime | None = None

    @classmethod
    def by_address(cls, workspace: Workspace, email: str, also: Iterable[str] = ()) -> Self:
        """Return the person of an address, who may also have a name, a number or another id.

        Raises NotLookedFor for what is no address, or is too short to be found.
        """
        email, others = email.strip(), [" ".join(text.split()) for text in also if text.strip()]
        try:
            validate_email(email)
        except ValidationError:
            raise NotLookedFor(f"“{email}” is not an e-mail address.") from None
        for text in others:
            if len(text) < SHORTEST:
                raise NotLookedFor(
                    f"“{text}” is too short: with less than {SHORTEST} characters it would be "
                    "found in the words of others."
                )
        words = tuple(dict.fromkeys([email, *others]))
        return cls(workspace, tuple(respondent_key(workspace, text) for text in words), words)

    @property
    def prefilter(self) -> tuple[str, ...]:
        """Return pieces of which any text that names the person holds one; empty: any text may.

        SQLite folds the case of no letter beyond ASCII, so words with such are no piece.
        """
        if not self.words:
            return ("@",)
        if not all(word.isascii() for word in self.words):
            return ()
        return tuple(max(word.split(), key=len) for word in self.words)

    def is_named_in(self, text: str) -> bool:
        """True where the text holds one of the words by itself, or an address of these digests."""
        if self._pattern is not None:
            return self._pattern.search(text) is not None
        return any(
            respondent_key(self.workspace, address) in self.keys
            for address in set(_ADDRESS.findall(text))
        )

    def is_named_in_raw(self, text: str) -> bool:
        """As is_named_in, in a text that may be JSON: line feeds and umlauts are escaped there."""
        return self.is_named_in(text) or ("\\" in text and self.is_named_in(_unescaped(text)))

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        if not self.words:
            return None
        any_word = "|".join(r"\s+".join(map(re.escape, word.split())) for word in self.words)
        return re.compile(rf"(?<![\w.+%'-])(?:{any_word})(?![\w-]|\.\w)", re.IGNORECASE)


def _unescaped(text: str) -> str:
    """Return a text of JSON as its strings read."""
    return _ESCAPE.sub(
        lambda found: chr(int(found[1], 16)) if found[1] else _BLANKS.get(found[2], found[2]), text
    )
