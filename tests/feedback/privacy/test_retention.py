"""What is forgotten by itself, when, and what stays."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from feedback import recounting
from feedback.models import Delivery, FeedbackRecord, Identity, Respondent, ScoreCount, Webhook
from feedback.privacy import retention
from feedback.privacy.respondents import respondent_for
from feedback.privacy.retention import forget_expired, months_before
from tests.factories import NOON, make_record, make_source, make_touchpoint
from touchpoints.models import Touchpoint

YEAR_OLD = NOON - timedelta(days=366)
HALF_A_YEAR_OLD = NOON - timedelta(days=185)


@pytest.mark.parametrize(
    ("now", "months", "expected"),
    [
        (datetime(2026, 3, 31, 8, tzinfo=UTC), 1, datetime(2026, 2, 28, 8, tzinfo=UTC)),
        (datetime(2024, 2, 29, tzinfo=UTC), 12, datetime(2023, 2, 28, tzinfo=UTC)),
        (datetime(2026, 1, 15, tzinfo=UTC), 1, datetime(2025, 12, 15, tzinfo=UTC)),
        (datetime(2026, 12, 31, tzinfo=UTC), 12, datetime(2025, 12, 31, tzinfo=UTC)),
        (datetime(2026, 5, 31, tzinfo=UTC), 30, datetime(2023, 11, 30, tzinfo=UTC)),
    ],
)
def test_a_month_before_is_the_same_day_or_the_last(
    now: datetime, months: int, expected: datetime
) -> None:
    assert months_before(now, months) == expected


@pytest.fixture
def touchpoint(db: None) -> Touchpoint:
    return make_touchpoint()


class TestComments:
    def test_old_ones_are_blanked_and_their_scores_stay(self, touchpoint: Touchpoint) -> None:
        old = make_record(touchpoint, comment="Old", occurred_at=YEAR_OLD, language="en")
        new = make_record(touchpoint, comment="New", source=old.source)
        assert forget_expired(NOON).comments == 1
        old.refresh_from_db()
        new.refresh_from_db()
        assert (old.comment, old.language, old.score, new.comment) == ("", "", 4, "New")
        assert sum(ScoreCount.objects.values_list("c4", flat=True)) == 2

    def test_a_record_of_words_alone_goes(self, touchpoint: Touchpoint) -> None:
        make_record(touchpoint, metric="", score=None, comment="Old", occurred_at=YEAR_OLD)
        forgotten = forget_expired(NOON)
        assert (forgotten.comments, forgotten.records) == (1, 1)
        assert not FeedbackRecord.objects.exists()

    def test_each_source_has_its_own_time(self, touchpoint: Touchpoint) -> None:
        workspace = touchpoint.step.stage.journey.workspace
        for months in (1, 24, None):
            source = make_source(workspace, comments_kept_months=months)
            make_record(touchpoint, source=source, comment=str(months), occurred_at=YEAR_OLD)
        assert forget_expired(NOON).comments == 1
        left = set(FeedbackRecord.objects.values_list("comment", flat=True))
        assert left == {"", "24", "None"}

    def test_many_go_batch_by_batch(
        self, touchpoint: Touchpoint, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(retention, "BATCH", 3)
        source = make_source(touchpoint.step.stage.journey.workspace)
        for _ in range(8):
            make_record(touchpoint, source=source, comment="Old", occurred_at=YEAR_OLD)
        assert forget_expired(NOON).comments == 8
        assert not any(compared.wrong for compared in recounting.check())

    def test_a_second_time_finds_nothing(self, touchpoint: Touchpoint) -> None:
        make_record(touchpoint, comment="Old", occurred_at=YEAR_OLD)
        forget_expired(NOON)
        assert forget_expired(NOON) == retention.Forgotten()


class TestPersons:
    def test_an_old_answer_is_cut_loose_and_who_gave_it_forgotten(
        self, touchpoint: Touchpoint
    ) -> None:
        workspace = touchpoint.step.stage.journey.workspace
        gone, here = (respondent_for(workspace, name) for name in ("a", "b"))
        for each in (gone, here):
            Identity.objects.create(respondent=each, email="a@example.com")
        Respondent.objects.update(created_at=HALF_A_YEAR_OLD)
        old = make_record(touchpoint, respondent=gone, occurred_at=HALF_A_YEAR_OLD)
        make_record(touchpoint, respondent=here, source=old.source)
        forgotten = forget_expired(NOON)
        assert (forgotten.unlinked, forgotten.respondents) == (1, 1)
        old.refresh_from_db()
        assert (old.respondent, old.score) == (None, 4)
        assert Identity.objects.get().respondent == here

    def test_who_was_asked_lately_stays(self, touchpoint: Touchpoint) -> None:
        asked = respondent_for(touchpoint.step.stage.journey.workspace, "a")
        Respondent.objects.update(created_at=YEAR_OLD, invited_at=NOON)
        assert forget_expired(NOON).respondents == 0
        assert Respondent.objects.get() == asked

    def test_of_who_wants_no_invitations_the_bare_pseudonym_stays(
        self, touchpoint: Touchpoint
    ) -> None:
        silent = respondent_for(touchpoint.step.stage.journey.workspace, "a")
        Identity.objects.create(respondent=silent, email="a@example.com")
        Respondent.objects.update(created_at=YEAR_OLD, unsubscribed_at=YEAR_OLD)
        forgotten = forget_expired(NOON)
        assert (forgotten.respondents, forgotten.identities) == (0, 1)
        assert Respondent.objects.get() == silent

    def test_a_source_may_keep_them(self, touchpoint: Touchpoint) -> None:
        workspace = touchpoint.step.stage.journey.workspace
        source = make_source(workspace, identities_kept_months=None)
        make_record(
            touchpoint, source=source, respondent=respondent_for(workspace, "a"),
            occurred_at=YEAR_OLD,
        )  # fmt: skip
        assert forget_expired(NOON).unlinked == 0


def test_bodies_of_webhooks_go_after_thirty_days(touchpoint: Touchpoint) -> None:
    journey = touchpoint.step.stage.journey
    webhook = Webhook.objects.create(
        source=make_source(journey.workspace), journey=journey, provider="generic"
    )
    for days in (29, 31):
        delivery = webhook.deliveries.create(
            delivery_id=days, body="{}", state="refused", reason="“Jo Doe”, the answer to “q”, …"
        )
        received_at = NOON - timedelta(days=days)
        Delivery.objects.filter(pk=delivery.pk).update(received_at=received_at)
    assert forget_expired(NOON).bodies == 1
    old, young = Delivery.objects.get(delivery_id=31), Delivery.objects.get(delivery_id=29)
    assert (old.body, old.reason) == ("", "")
    assert (young.body, young.reason[:8]) == ("{}", "“Jo Doe”")


def test_the_command_says_how_much(touchpoint: Touchpoint) -> None:
    make_record(touchpoint, comment="Old", occurred_at=datetime(2020, 1, 1, tzinfo=UTC))
    out = StringIO()
    call_command("forget_expired", stdout=out)
    assert out.getvalue().startswith("1 comments blanked")
