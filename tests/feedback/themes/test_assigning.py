"""Themes follow the comments on every way in, and the keywords when an admin changes them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from feedback.models import FeedbackRecord, Theme
from feedback.recording import NewAnswer, record_answers
from feedback.themes import assigning
from feedback.themes.assigning import assign_all
from tests.factories import (
    NOON,
    make_record,
    make_source,
    make_theme,
    make_touchpoint,
    make_workspace,
)


def said(comment: str, touchpoint, **values) -> NewAnswer:
    return NewAnswer(touchpoint.pk, "", None, comment, NOON, **values)


def themes() -> list[tuple[str, set[str]]]:
    return [
        (record.comment, {theme.name for theme in record.themes.all()})
        for record in FeedbackRecord.objects.order_by("pk").prefetch_related("themes")
    ]


@pytest.mark.django_db
class TestOnTheWayIn:
    @pytest.fixture
    def workspace(self):
        found = make_workspace()
        make_theme(found, name="Waiting", keywords="wait*\nqueue")
        make_theme(found, name="Price", keywords="price\nexpensive")
        return found

    def test_a_comment_gets_its_themes(self, workspace):
        record_answers(
            make_source(workspace),
            [
                said("Waited long for an expensive seat", make_touchpoint()),
                said("Lovely", make_touchpoint()),
                NewAnswer(make_touchpoint().pk, "csat", 4, "", NOON),
            ],
        )
        assert themes() == [
            ("Waited long for an expensive seat", {"Waiting", "Price"}),
            ("Lovely", set()),
            ("", set()),
        ]

    def test_a_comment_that_changes_changes_its_themes(self, workspace):
        source, touchpoint = make_source(workspace), make_touchpoint()
        record_answers(source, [said("The queue!", touchpoint, external_id="a")])
        record_answers(source, [said("The price!", touchpoint, external_id="a")])
        assert themes() == [("The price!", {"Price"})]

    def test_many_are_left_to_the_worker(self, workspace, monkeypatch):
        monkeypatch.setattr(assigning, "AT_ONCE", 2)
        monkeypatch.setattr(assigning, "BATCH", 2)
        monkeypatch.setattr(assigning, "IDS_PER_JOB", 2)
        source, touchpoint = make_source(workspace), make_touchpoint()
        for text in ("queue", "price"):
            record_answers(
                source,
                [said(f"{text} {n}", touchpoint, external_id=f"{n}") for n in range(7)],
            )
        assert [found for _, found in themes()] == [{"Price"}] * 7

    def test_another_workspaces_keywords_do_not_matter(self, workspace):
        make_theme(name="Foreign", keywords="lovely")
        record_answers(make_source(workspace), [said("Lovely", make_touchpoint())])
        assert themes() == [("Lovely", set())]

    def test_nothing_more_is_asked_where_no_comment_comes(
        self, workspace, django_assert_num_queries
    ):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        source, touchpoint = make_source(workspace), make_touchpoint()
        with CaptureQueriesContext(connection) as queries:
            record_answers(source, [NewAnswer(touchpoint.pk, "csat", 4, "", NOON)])
        assert not [query for query in queries if "theme" in query["sql"]]


word = st.sampled_from(["wait", "waiting", "price", "queue", "nice"])
comment = st.lists(word, max_size=3).map(" ".join)
keywords = st.sampled_from(["wait", "wait*", "price\nqueue", "nice*", "no"])


class TestAfterAnyChange(TestCase):
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(comment, max_size=8), st.lists(keywords, min_size=1, max_size=4))
    def test_keywords_that_change_give_what_a_fresh_start_would(self, comments, versions):
        workspace = make_workspace()
        touchpoint, source = make_touchpoint(), make_source(workspace)
        theme = make_theme(workspace, keywords="nothing")
        for text in comments:
            make_record(touchpoint, source=source, comment=text, score=3)
        for version in versions:
            Theme.objects.filter(pk=theme.pk).update(keywords=version)
            assign_all.call(workspace.pk)
            expected = [
                {theme.name} if _naive(version, record.comment) else set()
                for record in FeedbackRecord.objects.order_by("pk")
            ]
            assert [found for _, found in themes()] == expected


def _naive(version: str, text: str) -> bool:
    for line in version.split("\n"):
        for each in text.split():
            if each == line or (line.endswith("*") and each.startswith(line[:-1])):
                return True
    return False


@pytest.mark.django_db
def test_a_comment_that_was_blanked_has_no_theme():
    workspace = make_workspace()
    theme = make_theme(workspace, keywords="wait")
    record = make_record(source=make_source(workspace), comment="wait")
    assign_all.call(workspace.pk)
    assert record.themes.get() == theme
    FeedbackRecord.objects.update(comment="")
    assign_all.call(workspace.pk)
    assert not record.themes.exists()


@pytest.mark.django_db
def test_a_workspace_that_is_gone_has_no_work():
    assign_all.call(0)
