"""What a payload says, in the words of the API: records of answers and of observations."""

from dataclasses import dataclass, field
from typing import Any

from feedback.imports.problems import BadCell
from feedback.imports.rows.cells import read_score
from feedback.push.bodies import BadBody
from feedback.webhooks.mapping import COMMENT, SEGMENT, WebhookMapping

TOUCHPOINT_FIELD = "tp"
RESPONDENT_FIELD = "ref"

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A question that a payload answers, with its words and a sample where it has them."""

    key: str
    title: str
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """Records as the API takes them; where there are none, `reason` says why.

    A response in `whole` is here in full: what else is known of it does not hold any more.
    """

    answers: list[Record] = field(default_factory=list)
    observations: list[Record] = field(default_factory=list)
    whole: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """One person's answers to a survey: `answers` by the question's id, as the tool sends them."""

    external_id: str
    occurred_at: str
    answers: dict[str, Any]
    hidden: dict[str, str]
    partial: bool = False
    language: str = ""
    respondent: str = ""

    def content(self, mapping: WebhookMapping, journey: str) -> Content:
        """Return the answers that have a meaning, as records; raises BadBody for a bad score."""
        common = self._common(mapping)
        records: dict[tuple[Any, str], Record] = {}
        comments: dict[Any, list[str]] = {}
        for key, value in self.answers.items():
            meaning = mapping.questions.get(key)
            text = text_of(value)
            if meaning is None or meaning.what == SEGMENT or not text:
                continue
            place = self._place(meaning.touchpoint, mapping, journey)
            if place is None:
                return Content(reason="No touchpoint is chosen for what it holds.")
            if meaning.what == COMMENT:
                comments.setdefault(_key(place), []).append(text)
                records.setdefault((_key(place), ""), common | {"touchpoint": place})
                continue
            if (_key(place), meaning.what) in records:
                raise BadBody(f"Two questions mean the {meaning.what} of one touchpoint.")
            scored = {"touchpoint": place, "metric": meaning.what, "score": _score(key, text)}
            records[_key(place), meaning.what] = common | scored
        answers = _with_comments(records, comments)
        if not answers:
            return Content(reason="None of the questions answered has a meaning yet.")
        return Content(answers, whole=self.external_id)

    def _common(self, mapping: WebhookMapping) -> Record:
        segments = [
            text_of(self.answers.get(key))
            for key, meaning in mapping.questions.items()
            if meaning.what == SEGMENT
        ]
        optional = {
            "occurred_at": self.occurred_at,
            "language": self.language if len(self.language) <= 12 else "",
            "respondent": self.respondent,
            "segment": next(filter(None, segments), ""),
        }
        given = {key: value for key, value in optional.items() if value}
        return {"external_id": self.external_id, "partial": self.partial} | given

    def _place(self, chosen: int | None, mapping: WebhookMapping, journey: str) -> Any:
        """Return the question's touchpoint, else the hidden field's, else the form's."""
        named = self.hidden.get(TOUCHPOINT_FIELD, "").strip()
        if chosen is not None or not named:
            return chosen if chosen is not None else mapping.touchpoint
        if named.isascii() and named.isdigit():
            return int(named[:19])
        return {"journey": journey, "title": named}


def _key(place: Any) -> Any:
    return place if isinstance(place, int) else tuple(place.values())


def _score(key: str, text: str) -> int:
    try:
        return read_score(text)
    except BadCell as error:
        raise BadBody(f"“{text[:60]}”, the answer to “{key[:60]}”, {error}") from None


def _with_comments(
    records: dict[tuple[Any, str], Record], comments: dict[Any, list[str]]
) -> list[Record]:
    """Put each comment beside the first score of its touchpoint; alone where there is none."""
    for place, texts in comments.items():
        scored = [key for key in records if key[0] == place and key[1]]
        if scored:
            del records[place, ""]
        records[scored[0] if scored else (place, "")]["comment"] = "\n".join(texts)
    return list(records.values())


def text_of(value: Any) -> str:
    """Return an answer as text, as people would read it; "" for none.

    What no database text may hold, NUL and halves of surrogate pairs, is replaced by "�".
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return ", ".join(filter(None, map(text_of, value)))
    if not isinstance(value, str):
        return ""
    cleaned = value.replace("\x00", "�").encode("utf-16", "surrogatepass")
    return cleaned.decode("utf-16", "replace").strip()


def within(payload: Any, *path: str) -> Any:
    """Return what lies on a path of keys, or None where it ends before."""
    for key in path:
        if not isinstance(payload, dict):
            return None
        payload = payload.get(key)
    return payload


def required(payload: Any, *path: str, kind: type = str) -> Any:
    """Return what lies on a path; raises BadBody where it is missing or of another type."""
    found = within(payload, *path)
    if not isinstance(found, kind) or found == "":
        raise BadBody(f"“{'.'.join(path)}” is missing or not what it should be.")
    return found
