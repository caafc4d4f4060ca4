"""Who may do what at each address of the site: one table, for the documents and for the tests.

    python -m cxjourney.permissions docs/roles.md

writes the table into the document. A new address needs its name in one row here:
`tests/test_permissions.py` asks every address in every role, and fails where one is in no row.
Nothing of the site asks this table; it says what the pages' own rules come to.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from cxjourney.permission_rows import ADMIN_MODELS, ROWS, TOKENS

PEOPLE = (
    "owner", "admin", "editor", "facilitator", "commenter", "viewer",
    "stranger", "signed out", "superuser",
)  # fmt: skip
"""A stranger has an account, and is a member of another workspace."""
MEMBERS = PEOPLE[:6]


class Answer(Enum):
    """What a site says to who asks."""

    YES = "yes"
    FORBIDDEN = "403"
    NOT_THERE = "404"
    SIGN_IN = "sign in"


class Access(Enum):
    """To whom an address answers: the members up to a role, and who else."""

    PUBLIC = ("everybody", PEOPLE)
    PERSON = ("everybody with an account", (*MEMBERS, "stranger", "superuser"))
    READ = ("every member", (*MEMBERS, "superuser"))
    COMMENT = ("who comments", (*MEMBERS[:5], "superuser"))
    EDIT = ("who edits", (*MEMBERS[:4], "superuser"))
    CUSTOMERS = ("who sees single customers", (*MEMBERS[:3], "superuser"))
    ADMINISTER = ("owners and admins", (*MEMBERS[:2], "superuser"))
    ADMIN_SITE = ("owners and admins, in the admin site", (*MEMBERS[:2], "superuser"))
    SUPERUSER = ("superusers, in the admin site", ("superuser",))
    NOBODY = ("nobody, in the admin site", ())
    NOWHERE = ("nobody", ())

    @property
    def people(self) -> tuple[str, ...]:
        """Return to whom it answers."""
        people: tuple[str, ...] = self.value[1]
        return people

    @property
    def in_admin_site(self) -> bool:
        """True for what only exists for who administers something."""
        return self in {Access.ADMIN_SITE, Access.SUPERUSER, Access.NOBODY}

    def answer(self, person: str) -> Answer:
        """Return what one of PEOPLE is told."""
        if person in self.people:
            return Answer.YES
        if person == "signed out":
            return Answer.SIGN_IN
        administers = person in Access.ADMINISTER.people
        if (
            person == "stranger"
            or self is Access.NOWHERE
            or (self.in_admin_site and not administers)
        ):
            return Answer.NOT_THERE
        return Answer.FORBIDDEN


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do, to whom the site lets do it, and the addresses that are for it.

    Addresses are the names under which Django finds them, by method.
    """

    part: str
    what: str
    access: Access
    addresses: dict[str, tuple[str, ...]]

    @property
    def cells(self) -> Iterator[tuple[str, str]]:
        """Yield each (address, method)."""
        for method, names in self.addresses.items():
            yield from ((name, method) for name in names)


def rows() -> Iterator[Row]:
    """Yield the rows in the order of the document."""
    for part, lines in ROWS.items():
        for what, access, addresses in lines:
            named: dict[str, tuple[str, ...]] = {}
            for methods, names in addresses.items():
                for method in methods.split():
                    named[method] = (*named.get(method, ()), *names.split())
            yield Row(part, what, Access[access], named)
    for what, access, asked, pages, models in ADMIN_MODELS:
        found = tuple(_admin_page(m, page) for m in models.split() for page in pages.split())
        yield Row("Admin site", what, Access[access], dict.fromkeys(asked, found))


def _admin_page(model: str, page: str) -> str:
    """Return the name of a page of the admin site; the old address of an object has none."""
    if page == "old":
        return f"admin/{model.replace('_', '/')}/<path:object_id>/"
    return f"admin:{model}_{page}"


def table() -> dict[tuple[str, str], Access]:
    """Return the access of each (address, method); raises ValueError where one is there twice."""
    found: dict[tuple[str, str], Access] = {}
    for row in rows():
        for cell in row.cells:
            if cell in found:
                raise ValueError(f"{cell} stands in two rows of the table of permissions.")
            found[cell] = row.access
    return found


BEGIN, END = "<!-- permissions: generated -->\n", "<!-- permissions: end -->\n"


_SCOPES = {
    "public": "nothing: everybody may",
    "none": "– (a session only)",
    "read": "scope `read`, of a member",
    "feedback": "scope `feedback`, of a member who edits",
}


def document() -> str:
    """Return the tables of all parts in Markdown."""
    lines: list[str] = []
    part = ""
    shown = [*MEMBERS, "stranger", "signed out"]
    for row in rows():
        if row.part != part:
            part = row.part
            lines += ["", f"### {part}", "", f"| | {' | '.join(shown)} |"]
            lines.append("|---|" + "---|" * len(shown))
        marks = ("yes" if person in row.access.people else "–" for person in shown)
        lines.append(f"| {row.what} | {' | '.join(marks)} |")
    lines += ["", "### API tokens", "", "| | the token needs |", "|---|---|"]
    lines += [
        f"| {method} `{name.removeprefix('api:')}` | {_SCOPES[scope]} |"
        for (name, method), scope in TOKENS.items()
    ]
    asked = table()
    names = len({name for name, _ in asked})
    counted = f"{names} addresses, {len(asked)} with their methods, are asked as each of "
    lines += ["", f"{counted}{len(PEOPLE)} people: {len(asked) * len(PEOPLE):,} cells.", ""]
    return "\n".join(lines)


def written_into(text: str) -> str:
    """Return a document with the tables of today between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{document()}{END}{after}"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(written_into(path.read_text(encoding="utf-8")), encoding="utf-8")
