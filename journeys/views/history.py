"""Everyone's changes of a journey, newest first."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from journeys.access import journey_and_rights
from journeys.editing.parts import parts
from journeys.editing.reversing import undoable
from journeys.models import Change, ChangeKind, Journey, User, Version

PER_PAGE = 50
KIND_WORDS = {
    ChangeKind.EDIT: "Edits",
    ChangeKind.UNDO: "Undone",
    ChangeKind.REDO: "Done again",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One change as the page shows it."""

    change: Change
    touched: str
    before: int | None
    """The version that holds the map as it was just before."""
    undoable: bool


class HistoryForm(forms.Form):
    """Whose changes, and of which kind; what cannot be read is left out."""

    by = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="everybody")
    kind = forms.ChoiceField(choices=[("", "all"), *KIND_WORDS.items()], required=False)

    def __init__(self, *args: object, journey: Journey) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        people = self.fields["by"]
        assert isinstance(people, forms.ModelChoiceField)  # noqa: S101
        changed = Change.objects.filter(journey=journey).order_by()
        people.queryset = User.objects.filter(pk__in=changed.values("by")).order_by("name", "email")

    @property
    def narrows(self) -> dict[str, object]:
        """Return the lookups that were chosen."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def query(self) -> str:
        """Return the chosen as address parameters, for the links to other pages."""
        chosen = {name: str(getattr(value, "pk", value)) for name, value in self.narrows.items()}
        return urlencode(chosen)


@require_GET
def journey_history(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """List the changes of a journey, with who, when, and what was touched."""
    journey, may_edit = journey_and_rights(request, workspace, slug)
    form = HistoryForm(request.GET, journey=journey)
    changes = Change.objects.filter(journey=journey, **form.narrows).select_related("by")
    page = Paginator(changes.order_by("-revision"), PER_PAGE).get_page(request.GET.get("page"))
    mine = undoable(journey, request.user) if may_edit else None
    context = {
        "workspace": journey.workspace,
        "journey": journey,
        "tab": "changes",
        "form": form,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2),
        "lines": list(_lines(journey, page.object_list, mine)),
    }
    return render(request, "journeys/journey_history.html", context)


def _lines(journey: Journey, changes: Iterable[Change], mine: Change | None) -> Iterator[Line]:
    changes = list(changes)
    # The rows themselves may be large; a version is found by its number.
    numbers = {change.revision - 1 for change in changes}
    versions = Version.objects.filter(journey=journey, revision__in=numbers)
    before = dict(versions.order_by("pk").values_list("revision", "pk"))
    for change in changes:
        yield Line(
            change,
            touched(change),
            before.get(change.revision - 1),
            mine is not None and mine.pk == change.pk,
        )


def touched(change: Change) -> str:
    """Return how many parts of each sort a change wrote: "2 cards, 1 step"."""
    counts = Counter(row["part"] for row in change.rows)
    return ", ".join(
        f"{counts[name]} {part.noun}{'s' if counts[name] > 1 else ''}"
        for name, part in parts().items()
        if counts[name]
    )
