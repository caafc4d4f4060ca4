"""How many of those who were asked answered: by the way in which they were asked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from feedback.models import FeedbackRecord, Invitation, Survey, SurveyDay, SurveyWay
from feedback.wording import percent_text
from journeys.maps.grid import UNKNOWN

COUNTED_WAYS = {
    SurveyWay.LINK: "Link and QR code",
    SurveyWay.EMBED: "Embedded",
    SurveyWay.KIOSK: "Kiosk",
}


@dataclass(frozen=True, slots=True)
class Response:
    """`answered` of `asked` people; `asked` is None on a kiosk, which is always shown."""

    label: str
    verb: str
    asked: int | None
    answered: int

    @property
    def rate_text(self) -> str:
        """The response rate, "31 %"; a dash where nobody was asked, or nobody knows how many."""
        return percent_text(100 * self.answered / self.asked) if self.asked else UNKNOWN


def answer_counts(surveys: Iterable[Survey]) -> dict[int, int]:
    """Return how many answers each survey has by its id; those without any are missing."""
    by_source = {survey.source_id: survey.pk for survey in surveys}
    counted = (
        FeedbackRecord.objects.filter(source__in=by_source)
        .values_list("source")
        .annotate(count=Count("pk"))
        .order_by("source")
    )
    return {by_source[source]: count for source, count in counted}


def responses(surveys: Iterable[Survey]) -> dict[int, list[Response]]:
    """Return the responses of each survey by its id, for every way that was used at all."""
    ids = [survey.pk for survey in surveys]
    found: dict[int, list[Response]] = defaultdict(list)
    _add_counted(found, ids)
    _add_invited(found, ids)
    return found


def deleted_since(survey: Survey, kept: int) -> int:
    """Return how many of the answers that were given are kept no more.

    The days of a survey count every answer, and go on doing so. Its invitations would not do:
    they are deleted with whoever is erased, even where the answer is kept without the person.
    """
    given = survey.days.aggregate(answered=Sum("answered"))["answered"] or 0
    return max(0, given - kept)


def _add_counted(found: dict[int, list[Response]], ids: list[int]) -> None:
    days = (
        SurveyDay.objects.filter(survey__in=ids, way__in=COUNTED_WAYS)
        .values_list("survey", "way")
        .annotate(shown=Sum("shown"), answered=Sum("answered"))
        .order_by("survey", "way")
    )
    for survey, way, shown, answered in days:
        asked = None if way == SurveyWay.KIOSK else shown
        label = COUNTED_WAYS[SurveyWay(way)]
        found[survey].append(Response(label, "shown", asked, answered))


def _add_invited(found: dict[int, list[Response]], ids: list[int]) -> None:
    # A link that was made for a file is never sent by us, and belongs to no respondent.
    mailed = Q(sent_at__isnull=False)
    handed_out = Q(sent_at__isnull=True, respondent__isnull=True)
    answered = Q(answered_on__isnull=False)
    rows = (
        Invitation.objects.filter(survey__in=ids)
        .values_list("survey")
        .annotate(
            sent=Count("pk", filter=mailed),
            sent_answered=Count("pk", filter=mailed & answered),
            made=Count("pk", filter=handed_out),
            made_answered=Count("pk", filter=handed_out & answered),
        )
        .order_by("survey")
    )
    for survey, sent, sent_answered, made, made_answered in rows:
        if sent:
            found[survey].append(Response("E-mail", "sent", sent, sent_answered))
        if made:
            found[survey].append(Response("Single-use links", "made", made, made_answered))
