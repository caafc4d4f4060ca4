"""Everything that is stored about a person: what they answered, and where others name them."""

import codecs
import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import IO

from django.core.files.storage import Storage
from django.db.models import Q

from feedback.closing.forgetting import cases_about
from feedback.imports.formats.archive import MOST_UNPACKED
from feedback.models import (
    CaseEntry,
    Delivery,
    FeedbackRecord,
    Identity,
    ImportBatch,
    Invitation,
    Observation,
    Respondent,
)
from feedback.privacy.person import Person

_PIECE = 2**20
_OVERLAP = 400
"""Bytes that two pieces of a file share, so that nothing is cut in two."""
_LEAST_ID = 6
"""Characters from which an answer's id is looked for in what a webhook sent."""


@dataclass(frozen=True)
class Traces:
    """Ids of what is stored about a person.

    `own` are records of theirs, `mentions` those of others whose words name them; `case_entries`
    are lines of other customers' cases that do.
    """

    respondents: frozenset[int]
    identities: frozenset[int]
    own: frozenset[int]
    mentions: frozenset[int]
    observations: frozenset[int]
    invitations: frozenset[int]
    deliveries: frozenset[int]
    imports: frozenset[int]
    cases: frozenset[int]
    case_entries: frozenset[int]

    @property
    def found(self) -> bool:
        """True where anything is stored."""
        return any(getattr(self, name) for name in self.__dataclass_fields__)


def traces_of(person: Person) -> Traces:
    """Look everywhere for a person: by pseudonym, by id, and word by word in what is free text."""
    respondents = _respondents(person)
    own, mentions = _records(person, respondents)
    ids = set(
        FeedbackRecord.objects.filter(pk__in=own)
        .exclude(external_id="")
        .values_list("source_id", "external_id")
    )
    identities = Identity.objects.filter(respondent__in=respondents)
    cases = cases_about(respondents, own)
    return Traces(
        respondents=frozenset(respondents),
        identities=frozenset(identities.values_list("pk", flat=True)),
        own=frozenset(own),
        mentions=frozenset(mentions),
        observations=frozenset(_observations(person, ids)),
        invitations=frozenset(
            Invitation.objects.filter(respondent__in=respondents).values_list("pk", flat=True)
        ),
        deliveries=frozenset(_deliveries(person, ids)),
        imports=frozenset(batch.pk for batch in _imports(person)),
        cases=frozenset(cases),
        case_entries=frozenset(_case_entries(person, cases)),
    )


def _respondents(person: Person) -> set[int]:
    known = Respondent.objects.filter(workspace=person.workspace)
    found = Q(key__in=person.keys)
    identities = Identity.objects.filter(respondent__workspace=person.workspace)
    if person.until:
        known = known.filter(created_at__lte=person.until)
    if person.words:
        for word in person.words:
            found |= Q(identity__email__iexact=word) | Q(identity__name__iexact=word)
    else:
        named = (
            pk
            for pk, email in identities.values_list("respondent", "email").iterator()
            if person.is_named_in(email)
        )
        found |= Q(pk__in=list(named))
    return set(known.filter(found).values_list("pk", flat=True))


def _records(person: Person, respondents: set[int]) -> tuple[set[int], set[int]]:
    """Return the ids of the person's own records, and of others' that name them."""
    records = FeedbackRecord.objects.filter(source__workspace=person.workspace)
    if person.until:
        records = records.filter(recorded_at__lte=person.until)
    own = set(records.filter(respondent__in=respondents).values_list("pk", flat=True))
    mentions: set[int] = set()
    answers: set[tuple[int, str]] = set()
    naming = (
        records.exclude(comment="", external_id="")
        .filter(_holding(person, "comment", "external_id"))
        .annotate(of_another=Q(respondent__isnull=False))
        .values_list("pk", "of_another", "source_id", "external_id", "comment")
        .order_by()
    )
    for pk, of_another, source, external_id, comment in naming.iterator():
        if pk in own or not (person.is_named_in(comment) or person.is_named_in(external_id)):
            continue
        if of_another:
            mentions.add(pk)
        else:
            own.add(pk)
            answers.add((source, external_id))
    # The other answers of one response are the same person's.
    for source, external_id in answers:
        if external_id:
            same = records.filter(source=source, external_id=external_id, respondent=None)
            own |= set(same.values_list("pk", flat=True))
    return own, mentions


def _observations(person: Person, ids: set[tuple[int, str]]) -> set[int]:
    observations = Observation.objects.filter(source__workspace=person.workspace)
    if person.until:
        observations = observations.filter(recorded_at__lte=person.until)
    found = {
        pk
        for source, external_id in ids
        for pk in observations.filter(source=source, external_id=external_id).values_list(
            "pk", flat=True
        )
    }
    named = observations.exclude(external_id="").filter(_holding(person, "external_id"))
    for pk, external_id in named.values_list("pk", "external_id").order_by().iterator():
        if person.is_named_in(external_id):
            found.add(pk)
    return found


def _deliveries(person: Person, ids: set[tuple[int, str]]) -> set[int]:
    deliveries = Delivery.objects.filter(webhook__source__workspace=person.workspace)
    deliveries = deliveries.exclude(body="", reason="")
    if person.until:
        deliveries = deliveries.filter(received_at__lte=person.until)
    found = {
        pk
        for source, external_id in ids
        if len(external_id) >= _LEAST_ID
        for pk in deliveries.filter(webhook__source=source, body__contains=external_id).values_list(
            "pk", flat=True
        )
    }
    named = deliveries.filter(_holding(person, "body", "reason"))
    for pk, body, reason in named.values_list("pk", "body", "reason").order_by().iterator():
        if person.is_named_in_raw(body) or person.is_named_in(reason):
            found.add(pk)
    return found


def _case_entries(person: Person, own: set[int]) -> Iterator[int]:
    entries = CaseEntry.objects.filter(case__workspace=person.workspace).exclude(text="")
    if person.until:
        entries = entries.filter(at__lte=person.until)
    naming = entries.exclude(case__in=own).filter(_holding(person, "text"))
    for pk, text in naming.values_list("pk", "text").order_by().iterator():
        if person.is_named_in(text):
            yield pk


def _holding(person: Person, *fields: str) -> Q:
    pieces = [Q(**{f"{field}__icontains": p}) for field in fields for p in person.prefilter]
    return reduce(or_, pieces) if pieces else Q()


def _imports(person: Person) -> Iterator[ImportBatch]:
    batches = ImportBatch.objects.filter(workspace=person.workspace)
    if person.until:
        batches = batches.filter(created_at__lte=person.until)
    for batch in batches:
        # The first problems of a report quote cells, and stay when the file is gone.
        told = json.dumps([batch.check_report, batch.report], ensure_ascii=False)
        files = [file for file in (batch.file, batch.problems) if file]
        encodings = _encodings(batch)
        if person.is_named_in_raw(told) or any(
            _named_in_file(person, file.storage, str(file.name), encodings) for file in files
        ):
            yield batch


def _encodings(batch: ImportBatch) -> list[str]:
    """Return in what its file may be written; the importer guesses between the first two."""
    named = str((batch.mapping or {}).get("encoding") or "utf-8")
    with suppress(LookupError):
        return list(dict.fromkeys(("utf-8", "cp1252", codecs.lookup(named).name)))
    return ["utf-8", "cp1252"]


def _named_in_file(person: Person, storage: Storage, name: str, encodings: list[str]) -> bool:
    if not storage.exists(name):
        return False
    with storage.open(name) as opened:
        if not zipfile.is_zipfile(opened):
            opened.seek(0)
            return _named_in_stream(person, opened, encodings)
        try:
            with zipfile.ZipFile(opened) as workbook:
                if sum(part.file_size for part in workbook.infolist()) > MOST_UNPACKED:
                    return True  # nobody imports it, and nobody can look whom it names
                for inside in workbook.namelist():
                    with workbook.open(inside) as part:
                        if _named_in_stream(person, part, ["utf-8"]):
                            return True
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
            return False  # what cannot be unpacked was not imported either
    return False


def _named_in_stream(person: Person, stream: IO[bytes], encodings: list[str]) -> bool:
    rest = b""
    while piece := stream.read(_PIECE):
        texts = {(rest + piece).decode(encoding, "replace") for encoding in encodings}
        if any(map(person.is_named_in_raw, texts)):
            return True
        rest = piece[-_OVERLAP:]
    return False
