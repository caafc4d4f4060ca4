"""The forms that bring a survey to people: invitations by e-mail, links for one answer each."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from feedback.surveys.people import (
    LARGEST_FILE,
    Person,
    UnreadablePeopleError,
    read_people,
)
from feedback.surveys.sharing import MOST_LINKS


class InviteForm(forms.Form):
    """Whom to invite: pasted, or in a file."""

    people = forms.CharField(
        required=False,
        max_length=LARGEST_FILE,
        label="E-mail addresses",
        widget=forms.Textarea({"rows": 8, "spellcheck": "false"}),
        help_text="One a line; a name and a language may follow: ana@example.com, Ana Díaz, es",
    )
    file = forms.FileField(
        required=False,
        label="Or a CSV file",
        help_text="With the columns e-mail, name, language; 2 MB and 10,000 people at most.",
    )
    days = forms.IntegerField(
        min_value=1, max_value=365, initial=30, label="Links work for", help_text="Days."
    )

    def clean_file(self) -> str:
        """Return the text of the file; refuse what is too large or no text."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > LARGEST_FILE:
            raise ValidationError("The file has more than 2 MB. Split it.")
        content: bytes = file.read()
        for encoding in ("utf-8-sig", "cp1252"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise ValidationError("This is no text file. Save the sheet as CSV (UTF-8).")

    def clean(self) -> dict[str, Any]:
        """Read the people, and say line by line what is wrong."""
        cleaned = super().clean() or {}
        pasted, file = cleaned.get("people", ""), cleaned.get("file", "")
        if self.errors:
            return cleaned
        if pasted and file:
            raise ValidationError("Give the addresses or a file, not both.")
        try:
            cleaned["read"] = read_people(pasted or file)
        except UnreadablePeopleError as error:
            self.add_error("file" if file else "people", error.problems)
        return cleaned

    @property
    def invited(self) -> list[Person]:
        """The people who were read, once the form is valid."""
        people: list[Person] = self.cleaned_data["read"]
        return people


class LinksForm(forms.Form):
    """How many links for one answer each, and for how long."""

    count = forms.IntegerField(
        min_value=1, max_value=MOST_LINKS, initial=100, label="How many links"
    )
    days = forms.IntegerField(
        min_value=1,
        max_value=3650,
        required=False,
        label="They work for",
        help_text="Days; empty: until the survey closes.",
    )
