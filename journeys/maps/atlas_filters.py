"""What the atlas is narrowed to and sorted by: read from the address, written back to it."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from journeys.models import Journey, JourneyState

NO_OWNER = "none"
DEFAULT_SORT = "title"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that the atlas can be sorted by; `first` is the order that a first click gives."""

    key: str
    label: str
    first: str
    number: bool = False
    hint: str = ""


# The first click puts on top what needs looking at: low scores, high friction, old evidence.
COLUMNS = (
    Column("title", "Journey", "title"),
    Column("owner", "Owner", "owner"),
    Column("nps", "NPS", "nps", True, "Net Promoter Score, −100 to +100"),
    Column("csat", "CSAT", "csat", True, "Share of satisfied answers, 4 and 5 of 5"),
    Column("friction", "Friction", "-friction", True, "0 smooth to 100 stuck"),
    Column("answers", "Answers", "-answers", True),
    Column("freshness", "Freshness", "freshness"),
)
FIGURES = tuple(column.key for column in COLUMNS if column.number)
SORTS = {f"{sign}{column.key}" for column in COLUMNS for sign in ("", "-")}


@dataclass(frozen=True, slots=True)
class AtlasFilters:
    """Search, state, owner, order and page of one view of the atlas."""

    q: str = ""
    state: str = ""
    owner: str = ""
    """The id of a person, NO_OWNER, or empty for all."""
    sort: str = DEFAULT_SORT
    """The key of a column, with "-" before it for descending."""
    page: int = 1

    @property
    def narrows(self) -> bool:
        """True where some journeys may be left out."""
        return bool(self.q or self.state or self.owner)

    def keeps(self, journey: Journey) -> bool:
        """True for a journey that the filters let through; every word of the search must occur.

        Compared here and not by the database, because SQLite knows capitals of ASCII only.
        """
        title = journey.title.casefold()
        return (
            self.state in {"", journey.state}
            and self.owner in {"", str(journey.owner_id or NO_OWNER)}
            and all(word in title for word in self.q.casefold().split())
        )

    def query(self, **changes: object) -> str:
        """Return the address parameters of this view, with some changed; defaults are left out."""
        other = replace(self, **changes) if changes else self  # type: ignore[arg-type]
        pairs = [
            ("q", other.q),
            ("state", other.state),
            ("owner", other.owner),
            ("sort", "" if other.sort == DEFAULT_SORT else other.sort),
            ("page", "" if other.page == 1 else str(other.page)),
        ]
        return urlencode([(name, value) for name, value in pairs if value])


class AtlasFilterForm(forms.Form):
    """Reads the filters from an address; what it cannot read, it names in `problems`."""

    q = forms.CharField(max_length=160, required=False)
    state = forms.ChoiceField(choices=JourneyState.choices, required=False)
    owner = forms.CharField(max_length=20, required=False)
    sort = forms.ChoiceField(choices=[(sort, sort) for sort in sorted(SORTS)], required=False)
    page = forms.IntegerField(min_value=1, required=False)

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)

    @property
    def filters(self) -> AtlasFilters:
        """Return what could be read; the rest stands in `problems`."""
        self.full_clean()
        read = self.cleaned_data
        return AtlasFilters(
            q=read.get("q", ""),
            state=read.get("state", ""),
            owner=read.get("owner", ""),
            sort=read.get("sort") or DEFAULT_SORT,
            page=read.get("page") or 1,
        )

    @property
    def problems(self) -> list[str]:
        """Return one sentence for each parameter that was not understood."""
        return [
            f"The address asks for {_WORDS[name]} “{self.data.get(name)}”, which does not exist. "
            "It was left out."
            for name in self.errors
        ]


_WORDS = {
    "q": "the search",
    "state": "the state",
    "owner": "the owner",
    "sort": "the order",
    "page": "the page",
}
