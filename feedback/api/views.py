"""The addresses that take records: /api/feedback/, /api/observations/ and their bulk ones."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from feedback.api.document import bulk_document, single_document
from feedback.api.idempotency import Answered, answer_once
from feedback.api.requests import (
    body_of,
    many_records,
    one_record,
    refuse_unknown_parameters,
    switched_on,
    workspace_of,
)
from feedback.push import Pushed, push_answers, push_observations
from feedback.push.records import FeedbackSerializer, ObservationSerializer
from feedback.push.results import REFUSED
from feedback.recording import Outcome
from journeys.models import TokenScope, Workspace


class PushView(APIView):
    """Takes records for a workspace that the caller may bring feedback into."""

    token_scope = TokenScope.FEEDBACK
    parameters: ClassVar[set[str]] = {"workspace"}
    push: ClassVar[Callable[..., Pushed]]

    def answer(self, request: Request, workspace: Workspace, body: bytes) -> Answered:
        """Write what the body holds; return the status and what became of it."""
        raise NotImplementedError

    def receive(self, request: Request) -> Response:
        """Answer a call, or repeat the answer that the same call had before."""
        refuse_unknown_parameters(request, self.parameters)
        workspace = workspace_of(request)
        body = body_of(request)
        status, data = answer_once(request, body, lambda: self.answer(request, workspace, body))
        return Response(data, status=status)


class OneRecordView(PushView):
    """Takes one record: 201 for a new one, 200 for one that was there, 422 for a bad one."""

    def answer(self, request: Request, workspace: Workspace, body: bytes) -> Answered:
        """Write the record."""
        [result] = self.push(workspace, [one_record(request, body)]).results
        statuses = {Outcome.CREATED.value: 201, REFUSED: 422}
        return statuses.get(result.status, 200), result.as_data()


class ManyRecordsView(PushView):
    """Takes up to 10,000: 200 where all are good, 207 where some are, 422 where none is."""

    parameters: ClassVar[set[str]] = {"workspace", "all_or_nothing"}

    def answer(self, request: Request, workspace: Workspace, body: bytes) -> Answered:
        """Write the good records, or none of them where the caller wants it so."""
        strict = switched_on(request, "all_or_nothing")
        pushed = self.push(workspace, many_records(request, body), all_or_nothing=strict)
        data: dict[str, Any] = {
            "counts": dict(sorted(pushed.counts().items())),
            "results": _numbered(pushed),
        }
        refused = len(pushed.refused)
        if not refused:
            return 200, data
        return (207 if pushed.written and refused < len(pushed.results) else 422), data


def _numbered(pushed: Pushed) -> Sequence[dict[str, Any]]:
    return [{"index": n} | result.as_data() for n, result in enumerate(pushed.results)]


class FeedbackView(OneRecordView):
    """One answer."""

    push = staticmethod(push_answers)

    @single_document(FeedbackSerializer, "answer")
    def post(self, request: Request) -> Response:
        """Send one answer: a score, a comment, or both."""
        return self.receive(request)


class FeedbackBulkView(ManyRecordsView):
    """Many answers."""

    push = staticmethod(push_answers)

    @bulk_document(FeedbackSerializer, "answers")
    def post(self, request: Request) -> Response:
        """Send up to 10,000 answers, as a JSON array or as one JSON object per line."""
        return self.receive(request)


class ObservationView(OneRecordView):
    """One observation."""

    push = staticmethod(push_observations)

    @single_document(ObservationSerializer, "observation")
    def post(self, request: Request) -> Response:
        """Send one observation: a wait, a first response, or whether something went wrong."""
        return self.receive(request)


class ObservationBulkView(ManyRecordsView):
    """Many observations."""

    push = staticmethod(push_observations)

    @bulk_document(ObservationSerializer, "observations")
    def post(self, request: Request) -> Response:
        """Send up to 10,000 observations, as a JSON array or as one JSON object per line."""
        return self.receive(request)
