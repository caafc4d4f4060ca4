"""The same files by API and by command."""

import json
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command

from journeys.exports import Format, formats
from journeys.exports.bounds import drawing_here
from journeys.exports.material import Rendered
from journeys.models import Role
from tests.factories import make_api_token, make_journey, make_member, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def noting(monkeypatch):
    """A format whose file is empty, and whose notes are many or none."""

    def offer(notes: tuple[str, ...]) -> None:
        kind = Format("noting", "Noting", "txt", "text/plain", lambda *_: Rendered(b"x", notes))
        monkeypatch.setitem(formats(), "noting", kind)

    return offer


def address(journey):
    return f"/api/journeys/{journey.pk}/export/"


class TestApi:
    @pytest.mark.one_database
    @pytest.mark.parametrize("key", list(formats()))
    def test_every_format_comes_as_a_file(self, client, journey, viewer, key):
        answer = client.get(address(journey), {"format": key})
        kind = formats()[key]
        assert answer.status_code == 200
        assert answer["Content-Type"].partition(";")[0] == kind.content_type.partition(";")[0]
        assert f'filename="trip{kind.ending}.{kind.extension}"' in answer["Content-Disposition"]
        assert isinstance(json.loads(answer["X-Export-Notes"]), list)
        assert answer.content

    def test_a_token_reaches_its_own_workspace_only(self, client, journey):
        user = make_member(journey.workspace)
        token = make_api_token(user, journey.workspace)
        headers = {"Authorization": f"Bearer {token}"}
        assert client.get(address(journey), headers=headers).status_code == 200
        other = make_journey()
        make_api_token(user, journey.workspace)
        assert client.get(address(other), headers=headers).status_code == 404

    def test_strangers_get_404_and_the_signed_out_401(self, client, journey):
        assert client.get(address(journey)).status_code == 401
        client.force_login(make_member(make_workspace(), Role.OWNER))
        assert client.get(address(journey)).status_code == 404

    @pytest.mark.parametrize(
        "asked",
        ["format=wordstar", "paper=b5", "metrics=perhaps", "period=fortnight", "report=maybe"],
    )
    def test_what_nobody_knows_is_refused(self, client, journey, viewer, asked):
        answer = client.get(f"{address(journey)}?{asked}")
        assert answer.status_code == 400
        assert asked.partition("=")[2] in " ".join(answer.json()["detail"])

    def test_lanes_and_filters_are_those_of_the_map(self, client, journey, viewer):
        there = f"{address(journey)}?format=json&hide=thinking"
        shown = client.get(f"/api/journeys/{journey.pk}/map/?hide=thinking").json()
        assert [lane["kind"] for lane in shown["lanes"]] == ["doing"]
        made = client.get(there)
        assert [lane["kind"] for lane in made.json()["lanes"]] == ["doing"]
        assert [lane["kind"] for lane in made.json()["figures"]["lanes"]] == ["doing"]
        assert "Left out, as chosen: Thinking." in json.loads(made["X-Export-Notes"])

    def test_the_notes_stand_in_a_header_in_ascii(self, client, journey, viewer, noting):
        noting(("No font has “𓀀”.",))
        answer = client.get(address(journey), {"format": "noting"})
        assert answer["X-Export-Notes"].isascii()
        assert json.loads(answer["X-Export-Notes"]) == ["No font has “𓀀”."]

    def test_too_many_notes_say_where_the_rest_is(self, client, journey, viewer, noting):
        noting(tuple(f"{number}: " + "x" * 100 for number in range(100)))
        answer = client.get(address(journey), {"format": "noting"})
        assert len(answer["X-Export-Notes"]) <= 4100
        listed = json.loads(answer["X-Export-Notes"])
        assert listed[-1] == f"{100 - len(listed) + 1} more: ask with report=on"
        whole = client.get(address(journey), {"format": "noting", "report": "on"}).json()
        assert len(whole["notes"]) == 100
        assert (whole["filename"], whole["size"]) == ("trip.txt", 1)

    def test_one_at_a_time_is_made(self, client, journey, viewer, monkeypatch):
        with drawing_here(wait=20), monkeypatch.context() as patch:
            patch.setattr("journeys.api_export.WAIT", 0)
            answer = client.get(address(journey))
        assert (answer.status_code, "Retry-After" in answer) == (503, True)
        assert client.get(address(journey)).status_code == 200


class TestCommand:
    def test_it_writes_the_file_and_its_notes_elsewhere(self, journey, tmp_path, noting):
        noting(("Something was left out.",))
        file, said, noted = tmp_path / "trip.txt", StringIO(), StringIO()
        call_command("export_map", "trip", format="noting", output=file, stdout=said, stderr=noted)
        assert file.read_bytes() == b"x"
        assert "Something was left out." in noted.getvalue()
        assert "Something was left out." not in said.getvalue()

    def test_it_takes_every_choice(self, journey, tmp_path, monkeypatch):
        taken = []

        def render(material, options):
            taken.append((options, [lane.kind for lane in material.map.lanes]))
            return Rendered(b"x")

        kind = Format("taking", "Taking", "txt", "text/plain", render)
        monkeypatch.setitem(formats(), "taking", kind)
        call_command(
            *("export_map", "trip", "--format", "taking", "--paper", "tabloid"),
            *("--orientation", "portrait", "--tiled", "--no-metrics", "--comments"),
            *("--language", "ar", "--megapixels", "16", "--lanes", "thinking"),
            *("--output", str(tmp_path / "file")),
        )
        [(options, lanes)] = taken
        assert (options.paper, options.orientation, options.tiled) == ("tabloid", "portrait", True)
        assert (options.metrics, options.comments, options.language) == (False, True, "ar")
        assert (options.megapixels, lanes) == (16, ["thinking"])

    def test_a_lane_that_is_not_there_is_named_with_those_that_are(self, journey, tmp_path):
        with pytest.raises(CommandError, match=r"no lane doping\. Lanes: doing, thinking\."):
            call_command("export_map", "trip", hide=["doping"], output=tmp_path / "file")
        assert not (tmp_path / "file").exists()

    def test_all_of_a_workspace_are_one_archive(self, journey, tmp_path):
        make_journey(journey.workspace, slug="another", title="Another")
        make_journey(slug="elsewhere")
        file = tmp_path / "all.zip"
        call_command("export_map", all=True, workspace="northwind", output=file)
        with ZipFile(BytesIO(file.read_bytes())) as archive:
            assert archive.namelist() == ["another.json", "trip.json", "report.txt"]

    def test_it_says_which_journeys_it_would_take(self, journey, tmp_path):
        make_journey(slug="elsewhere")
        with pytest.raises(CommandError, match="say which by --workspace"):
            call_command("export_map", all=True)
        with pytest.raises(CommandError, match="no workspace “nowhere”"):
            call_command("export_map", all=True, workspace="nowhere")
        with pytest.raises(CommandError, match="leave out “trip”"):
            call_command("export_map", "trip", all=True, workspace="northwind")
        with pytest.raises(CommandError, match="Name a journey"):
            call_command("export_map")
