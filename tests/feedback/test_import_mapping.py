"""Explaining a file's columns: as proposed, as corrected, as saved for the next file."""

import re
from html import unescape

import pytest
from django.urls import reverse

from feedback.imports.proposals.proposal import Role as ColumnRole
from feedback.models import BatchState, FeedbackRecord, ImportBatch, SavedMapping
from tests.factories import (
    make_batch,
    make_member,
    make_stage,
    make_step,
    make_touchpoint,
    make_workspace,
)
from tests.feedback.imports.desks import GOOD, HEADER, MAPPING, make_desk
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db
SELECTED = re.compile(r'<option value="([^"]*)" selected>')
FIELD = re.compile(r'<(select|input|textarea)[^>]*? name="([^"]+)"[^>]*>')


def fields(html: str) -> dict[str, str]:
    """Return what a browser would post: the values of the mapping form's fields."""
    form = html[html.index('class="mapping"') :]
    found = {}
    for match in FIELD.finditer(form):
        kind, name = match.groups()
        if kind == "select":
            chosen = SELECTED.search(form[match.end() : form.index("</select>", match.end())])
            found[name] = unescape(chosen[1]) if chosen else ""
        elif kind == "textarea":
            found[name] = unescape(form[match.end() : form.index("</textarea>", match.end())])
        elif 'type="radio"' not in match[0] or " checked" in match[0]:
            value = re.search(r' value="([^"]*)"', match[0])
            found[name] = unescape(value[1]) if value else ""
    found.pop("csrfmiddlewaretoken", None)
    return found


@pytest.fixture
def journey():
    return make_desk(title="Business trip")


@pytest.fixture
def explain(client, journey):
    """`explain(content, **changes)`: open the page of a new file, change fields, post it."""
    client.force_login(make_member(journey.workspace))

    def explain(content: str = GOOD, **changes: str):
        batch = make_batch(journey, content)
        shown = fields(client.get(address(batch)).content.decode())
        posted = {key.replace("__", "-"): value for key, value in changes.items()}
        response = client.post(address(batch), shown | posted)
        batch.refresh_from_db()
        return batch, response

    return explain


def address(batch: ImportBatch, query: str = "") -> str:
    return reverse("feedback:import_mapping", args=[batch.workspace.slug, batch.pk]) + query


def shows(client, batch: ImportBatch, query: str = "") -> str:
    client.force_login(make_member(batch.workspace))
    response = client.get(address(batch, query))
    assert response.status_code == 200
    return response.content.decode()


class TestTheProposal:
    def test_stands_in_the_form_with_samples_and_reasons(self, client, journey):
        html = shows(client, make_batch(journey, GOOD))
        desk = journey.stages.get().steps.get().touchpoints.get()
        shown = fields(html)
        assert [shown[f"c{n}-role"] for n in range(4)] == ["id", "time", "score", "comment"]
        assert (shown["c2-touchpoint"], shown["c2-metric"]) == (str(desk.pk), "csat")
        assert shown["c3-to"] == "Check-in desk"
        assert "<li>Quick</li>" in html
        assert "Business trip" in html

    def test_accepted_as_it_is_the_file_is_checked(self, explain):
        batch, response = explain()
        assert response["Location"] == batch.get_absolute_url()
        assert batch.state == BatchState.CHECKED
        assert batch.check_report["created"] == 3
        assert batch.mapping["columns"]["id"] == "Response ID"

    def test_hostile_cells_and_headers_are_shown_as_text(self, client, journey):
        content = 'Response,<script>alert(1)</script>\n1,"<img src=x onerror=alert(2)>"\n'
        html = shows(client, make_batch(journey, content))
        assert "<script>alert" not in html
        assert "<img src=x" not in html

    def test_what_is_private_is_named_and_has_no_choice(self, client, journey):
        html = shows(client, make_batch(journey, "IP Address,Score\n192.0.2.7,5\n"))
        assert "Never read" in html
        assert "192.0.2.7" not in html
        assert "c0-role" not in html

    def test_columns_that_may_be_scores_are_seen_without_opening_a_list(self, client, journey):
        content = "Response ID,Submitted at,Lounge,Row\nA1,2026-03-01,5,-\n"
        html = shows(client, make_batch(journey, content))
        assert "1 column may hold scores" in html
        assert "1 other column is left out" in html
        assert html.count('<details class="tray" open>') == 2, "nothing is read as a score yet"
        html = shows(client, make_batch(journey, GOOD.replace("Why", "Team")))
        assert "may hold scores" not in html


class TestCorrecting:
    def test_one_broken_cell_is_a_problem_of_its_row(self, explain):
        rows = [f"A{day},2026-03-{day},{day % 5 + 1},\n" for day in range(10, 30)]
        broken = "A1,soon,5,\nA2,2026-03-01,lost,\n"
        batch, _ = explain(
            HEADER + broken + "".join(rows), c2__role="score", c2__metric="csat",
            c2__touchpoint=str(Touchpoint.objects.get().pk),
        )  # fmt: skip
        assert batch.state == BatchState.CHECKED
        problems = [(each["row"], each["value"]) for each in batch.check_report["problems"]]
        assert problems == [(2, "soon"), (3, "lost")]

    def test_a_column_can_be_left_out(self, explain):
        batch, _ = explain(c3__role="ignore")
        assert "comment" not in batch.mapping["touchpoints"][0]

    def test_a_score_goes_to_the_touchpoint_that_was_chosen(self, explain, journey):
        other = make_touchpoint(make_step(make_stage(journey)), title="Gate")
        batch, _ = explain(c2__touchpoint=str(other.pk))
        assert batch.mapping["touchpoints"][0]["title"] == "Gate"

    def test_the_scale_decides_what_is_a_problem(self, explain):
        batch, _ = explain(HEADER + "A1,2026-03-01,9,\nA2,2026-03-01,3,\n", c2__metric="csat")
        assert batch.check_report["refused_rows"] == 1
        batch, _ = explain(HEADER + "A1,2026-03-01,9,\nA2,2026-03-01,3,\n", c2__metric="nps")
        assert batch.check_report["refused_rows"] == 0

    def test_texts_that_are_no_answer_can_be_named(self, explain):
        batch, _ = explain(
            HEADER + "A1,2026-03-01,5,\nA2,2026-03-01,n/a,\n", c2__na="n/a; 99\nunknown"
        )
        assert batch.check_report["not_applicable"] == {"Check-in desk": 1}
        assert batch.check_report["refused_rows"] == 0

    def test_words_have_the_scores_that_somebody_gives_them_and_no_others(self, explain):
        said = ["Good", "Bad", "Staff"] * 2
        content = HEADER + "".join(f"A{n},2026-03-01,{word},\n" for n, word in enumerate(said))
        desk = {"c2__role": "score", "c2__touchpoint": str(Touchpoint.objects.get().pk)}
        batch, _ = explain(content, **desk, c2__metric="csat", c2__w0="5")
        assert batch.mapping["touchpoints"][0]["values"] == {"Good": 5}

    def test_a_comment_keeps_its_choice_of_scores_after_a_mistake_elsewhere(self, explain):
        rows = "".join(f"A{n},2026-03-0{n},{n},Why {n},{n}\n" for n in range(1, 6))
        content = "Response ID,Submitted at,Check-in desk,Why,Lounge\n" + rows
        _, response = explain(content, source="")
        why = re.search(r'name="c3-to".*?</select>', response.content.decode(), re.DOTALL)
        assert "Lounge" in why[0]

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"c2__touchpoint": ""}, "Choose its touchpoint."),
            ({"c2__touchpoint": "999999"}, "Choose its touchpoint."),
            ({"c2__metric": "stars"}, "Choose its metric and scale."),
            ({"c0__role": "king"}, "Choose what it is."),
            ({"c1__role": "id"}, "is that already"),
            ({"c3__to": "Response ID"}, "Choose the score that these words explain."),
            ({"c1__role": "ignore"}, "or one day for all answers"),
            ({"c1__role": "ignore", "fixed_day": "yesterday"}, "Write the day as 2026-03-10."),
            ({"source": " "}, "Name the source"),
            ({"source": "x" * 121}, "120 characters at most"),
            ({"kind": "rumour"}, "Choose what kind of source it is."),
            ({"timezone": "Mars/Phobos"}, "This time zone is not known"),
            ({"timezone": "../../etc/passwd"}, "This time zone is not known"),
        ],
    )
    def test_what_is_missing_or_wrong_is_said_at_its_field(self, explain, changes, said):
        batch, response = explain(**changes)
        assert response.status_code == 422
        assert said in unescape(response.content.decode())
        assert (batch.state, batch.mapping) == (BatchState.MAPPING, None)

    def test_what_was_posted_stands_in_the_form_again(self, explain):
        _, response = explain(source="", c2__na="99", c3__role="segment", save_as="Desk")
        shown = fields(response.content.decode())
        assert (shown["c2-na"], shown["c3-role"], shown["save_as"]) == ("99", "segment", "Desk")

    def test_day_or_month_first_is_asked_once_and_decides(self, explain):
        content = HEADER + "A1,03/04/2026,5,\nA2,05/06/2026,4,\n"
        batch, response = explain(content)
        assert response.status_code == 422
        assert "How are its times to be read?" in response.content.decode()
        batch, response = explain(content, time_format="%d/%m/%Y")
        assert batch.state == BatchState.CHECKED
        assert batch.mapping["time"]["format"] == "%d/%m/%Y"

    def test_a_column_that_was_not_taken_for_the_time_is_read_by_its_own_format(self, explain):
        content = "Response ID,Sent,Check-in desk\nA1,2026-03-01 10:00,5\nA2,2026-03-02 11:00,4\n"
        batch, _ = explain(content, c1__role="time")
        assert (batch.state, batch.check_report["created"]) == (BatchState.CHECKED, 2)
        batch, _ = explain(content.replace("2026-03-", "2026/03/"), c1__role="time")
        assert batch.mapping["time"]["format"] == "%Y/%m/%d %H:%M"
        _, response = explain(content, c2__role="time", c1__role="ignore")
        assert "No time that can be read" in response.content.decode()

    def test_times_in_several_formats_say_what_one_can_do(self, explain):
        content = HEADER + "A1,2026-03-01,5,\nA2,13.04.2026,4,\nA3,03/04/2026,4,\n"
        _, response = explain(content)
        assert "or they are not in one format. Correct the file" in response.content.decode()
        batch, _ = explain(content, c1__role="ignore", fixed_day="2026-04-30")
        assert batch.check_report["created"] == 3


class TestWhatACommentIsTo:
    def offered(self, html: str, name: str) -> list[str]:
        select = html[html.index(f'name="{name}"') :]
        return re.findall(r'<option value="([^"]*)"', select[: select.index("</select>")])

    def test_scores_come_first_and_dates_ids_and_names_not_at_all(self, client, journey):
        content = (
            "Response ID,Submitted at,Seen,Lounge,Plan,Meal,Check-in desk,Why,\n"
            "A1,2026-03-01,2026-02-01,5,Plus,veg,5,Quick and easy to find,\n"
            "A2,2026-03-02,2026-02-02,4,Plus,meat,4,Nobody was there for me,\n"
            "A3,2026-03-03,2026-02-03,1,Basic,veg,3,I liked it very much,\n"
        )
        html = shows(client, make_batch(journey, content))
        assert self.offered(html, "c7-to") == ["", "Check-in desk", "Lounge", "Meal"]
        shown = fields(html)
        assert [shown[f"c{n}-to"] for n in (3, 7, 8)] == ["", "Check-in desk", "Check-in desk"]

    def test_a_column_that_becomes_a_score_in_the_same_form_can_be_chosen(self, explain):
        content = HEADER.replace("Why", "Lounge,Why") + "A1,2026-03-01,5,3,\n"
        batch, _ = explain(
            content, c3__role="score", c3__metric="csat3", c4__role="comment", c4__to="Lounge",
            c3__touchpoint=str(Touchpoint.objects.get().pk),
        )  # fmt: skip
        assert batch.mapping["touchpoints"][1]["comment"] == "Why"

    def test_without_a_score_before_it_nothing_is_chosen(self, client, journey, shared):
        path = shared / "data" / "layouts" / "qualtrics_sample_legacy.csv"
        html = shows(client, make_batch(journey, path.read_text("utf-8-sig")))
        shown = fields(html)
        assert "Column 16" not in re.findall(r'name="c\d+-to".*?</select>', html, re.DOTALL)[0]
        assert {shown[name] for name in shown if name.endswith("-to")} <= {
            "", "This is a multiple choice question.",
        }  # fmt: skip


class TestSaving:
    def test_a_saved_mapping_is_filled_in_for_the_next_such_file(self, client, explain, journey):
        explain(save_as="Desk survey", c2__na="99", c3__role="ignore", kind="interview")
        saved = SavedMapping.objects.get()
        assert (saved.name, saved.workspace) == ("Desk survey", journey.workspace)
        html = shows(client, make_batch(journey, HEADER + "B7,2026-04-01,2,So-so\n"))
        shown = fields(html)
        assert "Filled in from the saved mapping" in html
        assert (shown["c2-na"], shown["c3-role"], shown["kind"]) == ("99", "ignore", "interview")

    def test_our_own_proposal_can_be_had_all_the_same(self, client, explain, journey):
        explain(save_as="Desk survey", c3__role="ignore")
        html = shows(client, make_batch(journey, GOOD), "?start=proposed")
        assert fields(html)["c3-role"] == "comment"

    def test_another_file_does_not_get_it_unless_it_is_chosen(self, client, explain, journey):
        explain(save_as="Desk survey")
        batch = make_batch(journey, GOOD.replace("Why", "Remarks"))
        assert fields(shows(client, batch))["start"] == "proposed"
        pk = str(SavedMapping.objects.get().pk)
        shown = fields(shows(client, batch, f"?start={pk}"))
        assert (shown["start"], shown["c3-role"], shown["c2-role"]) == (pk, "ignore", "score")

    def test_one_that_fits_in_part_says_so_and_is_not_written_over(self, client, explain, journey):
        explain(save_as="Desk survey")
        batch = make_batch(journey, GOOD.replace("Why", "Remarks"))
        assert "Desk survey (fits 3 of 4 columns)" in shows(client, batch)
        pk = SavedMapping.objects.get().pk
        assert fields(shows(client, batch, f"?start={pk}"))["save_as"] == ""
        fitting = make_batch(journey, GOOD.replace("Why", "Why,More"))
        assert "Desk survey</option>" in shows(client, fitting)
        assert fields(shows(client, fitting, f"?start={pk}"))["save_as"] == "Desk survey"

    def test_one_that_would_read_no_number_is_not_offered(self, client, explain, journey):
        explain(save_as="Desk survey")
        batch = make_batch(journey, GOOD.replace("Check-in desk", "Gate"))
        assert "Desk survey" not in shows(client, batch)

    def test_what_somebody_else_changed_meanwhile_is_not_written_over(
        self, client, explain, journey
    ):
        batch, _ = explain(save_as="Desk survey")
        posted = fields(shows(client, batch))
        assert posted["save_as"] == "Desk survey"
        explain(save_as="Desk survey", c2__na="99")
        theirs = SavedMapping.objects.get().content
        response = client.post(address(batch), posted | {"c3-role": "ignore"}, follow=True)
        assert SavedMapping.objects.get().content == theirs
        assert "was changed by somebody else meanwhile" in response.content.decode()
        batch.refresh_from_db()
        assert "comment" not in batch.mapping["touchpoints"][0]

    def test_the_way_back_to_the_proposal_stays_without_a_mapping_that_fits(
        self, client, explain, journey
    ):
        batch, _ = explain()
        assert '<option value="proposed"' in shows(client, batch)

    def test_the_same_name_is_replaced(self, explain):
        explain(save_as="Desk survey")
        explain(save_as="Desk survey", c3__role="ignore")
        assert "comment" not in SavedMapping.objects.get().content["touchpoints"][0]

    def test_a_mapping_of_another_workspace_is_not_offered(self, client, explain, journey):
        explain(save_as="Theirs")
        SavedMapping.objects.update(workspace=make_workspace())
        html = shows(client, make_batch(journey, GOOD), f"?start={SavedMapping.objects.get().pk}")
        assert "Theirs" not in html
        assert fields(html)["start"] == "proposed"

    def test_one_that_is_of_no_use_any_more_is_said_to_be(self, client, explain, journey):
        explain(save_as="Desk survey")
        SavedMapping.objects.update(content={"layout": "wide"})
        html = shows(client, make_batch(journey, GOOD))
        assert "cannot be used any more" in html
        assert fields(html)["start"] == "proposed"

    def test_what_it_answers_is_not_asked_again(self, client, explain, journey):
        gate = make_touchpoint(make_step(make_stage(journey)), title="Gate")
        content = HEADER.replace("Check-in desk", "How satisfied were you?") + "A1,2026-03-01,5,\n"
        asked = "Which touchpoint is “How satisfied were you?” about?"
        assert asked in shows(client, make_batch(journey, content))
        explain(content, save_as="Survey", c2__touchpoint=str(gate.pk))
        assert asked not in shows(client, make_batch(journey, content))


class TestComingBack:
    def test_the_last_choice_stands_in_the_form(self, client, explain):
        batch, _ = explain(c3__role="ignore", source="Desk 7")
        shown = fields(shows(client, batch))
        assert (shown["c3-role"], shown["source"], shown["start"]) == ("ignore", "Desk 7", "last")
        client.post(address(batch), shown | {"c3-role": "comment", "c3-to": "Check-in desk"})
        batch.refresh_from_db()
        assert batch.mapping["touchpoints"][0]["comment"] == "Why"
        assert batch.state == BatchState.CHECKED

    def test_corrections_go_to_the_mapping_that_was_saved_before(self, client, explain):
        batch, _ = explain(save_as="Desk survey")
        shown = fields(shows(client, batch))
        assert shown["save_as"] == "Desk survey"
        client.post(address(batch), shown | {"c2-na": "99"})
        saved = SavedMapping.objects.get()
        assert saved.content["touchpoints"][0]["not_applicable"] == [99]
        assert fields(shows(client, batch))["save_as"] == "Desk survey"

    def test_a_mapping_that_was_changed_for_another_file_is_left_alone(self, client, explain):
        batch, _ = explain(save_as="Desk survey")
        explain(save_as="Desk survey", c3__role="ignore")
        assert fields(shows(client, batch))["save_as"] == ""

    def test_without_a_name_it_is_not_saved_on_coming_back_either(self, client, explain):
        batch, _ = explain(c3__role="ignore")
        assert fields(shows(client, batch))["save_as"] == ""

    @pytest.mark.parametrize("state", [BatchState.RUNNING, BatchState.DONE])
    def test_what_is_at_work_or_done_is_not_explained_again(self, client, journey, state):
        batch = make_batch(journey, GOOD, state=state)
        client.force_login(make_member(journey.workspace))
        assert client.get(address(batch)).status_code == 302
        assert client.post(address(batch), {}).status_code == 302
        batch.refresh_from_db()
        assert (batch.state, batch.mapping) == (state, None)

    def test_a_file_that_is_gone_is_said_to_be(self, client, journey):
        batch = make_batch(journey, GOOD)
        batch.file.storage.delete(batch.file.name)
        client.force_login(make_member(journey.workspace))
        response = client.get(address(batch), follow=True)
        assert "The file cannot be read." in response.content.decode()


def test_hundreds_of_columns_fit_on_the_page_and_into_the_post(client, journey):
    for number in range(30):
        make_touchpoint(make_step(make_stage(journey)), title=f"Desk {number}")
    names = [f"Question {number}" for number in range(600)]
    content = ",".join(["Response", "Submitted at", *names]) + "\nA1,2026-03-01" + ",5" * 600 + "\n"
    batch = make_batch(journey, content)
    html = shows(client, batch)
    assert len(html) < 6_000_000
    # A choice that was not on the page for so many columns appears once it is needed.
    shown = fields(html)
    response = client.post(address(batch), shown | {"c9-role": "score"})
    assert response.status_code == 422
    assert 'name="c9-touchpoint"' in response.content.decode()


@pytest.mark.parametrize("mapping", [MAPPING])
def test_a_mapping_survives_the_form(client, journey, mapping):
    batch = make_batch(journey, GOOD, mapping=mapping)
    client.force_login(make_member(journey.workspace))
    client.post(address(batch), fields(client.get(address(batch)).content.decode()))
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED
    assert batch.mapping["columns"]["id"] == "Response ID"
    assert {entry["column"] for entry in batch.mapping["touchpoints"]} == {"Check-in desk"}


def test_a_qualtrics_export_goes_from_upload_to_records(client, journey, shared):
    make_touchpoint(make_step(make_stage(journey)), title="Lounge")
    client.force_login(make_member(journey.workspace))
    content = (shared / "data" / "layouts" / "qualtrics_sample.csv").read_text("utf-8-sig")
    batch = make_batch(journey, content)
    html = client.get(address(batch)).content.decode()
    assert "recognised as an export of <b>Qualtrics</b>" in html
    shown = fields(html)
    column = next(name for name in shown if name.endswith("-role") and shown[name] == ColumnRole.ID)
    question, comment = (f"c{number}" for number in (17, 18))
    lounge = journey.stages.last().steps.get().touchpoints.get()
    response = client.post(
        address(batch),
        shown
        | {
            f"{question}-role": "score", f"{question}-touchpoint": str(lounge.pk),
            f"{question}-metric": "csat",
            f"{comment}-role": "comment", f"{comment}-to": "Q1",
        },
    )  # fmt: skip
    assert response.status_code == 302, response.content.decode()
    client.post(reverse("feedback:import_start", args=[batch.workspace.slug, batch.pk]))
    batch.refresh_from_db()
    assert (column, batch.state, batch.message) == ("c8-role", BatchState.DONE, "")
    record = FeedbackRecord.objects.get()
    assert (record.external_id, record.score, record.comment) == (
        "R_2YPOQ602ER1jkf1", 2, "Hello World!",
    )  # fmt: skip
    assert record.occurred_at.isoformat() == "2017-07-18T08:28:48+00:00"
