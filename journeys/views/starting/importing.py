"""The page "Import a journey": a file that an export made, here or elsewhere, becomes a map."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from journeys.access import signed_in, workspace_to_edit
from journeys.exchange.archives import MEGABYTE, MOST_BYTES
from journeys.exchange.mermaid_import import Actors
from journeys.exchange.problems import FileRefused
from journeys.exchange.reading import ENDINGS, read
from journeys.exchange.writing import write


class ImportForm(forms.Form):
    """A file, and another title where that of the file is not wanted."""

    file = forms.FileField(
        label="File",
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=f"JSON, XLSX, zipped CSV or Mermaid, up to {MOST_BYTES // MEGABYTE} MB.",
        error_messages={"required": "Choose a file.", "empty": "This file is empty."},
    )
    title = forms.CharField(
        label="Title (optional)",
        max_length=160,
        required=False,
        help_text="Empty: as the file says.",
    )
    actors = forms.ChoiceField(
        label="The actors of a Mermaid diagram become",
        choices=[("personas", "personas"), ("teams", "cards of a frontstage lane")],
        required=False,
        help_text="Other files say for themselves.",
    )

    def clean_actors(self) -> Actors:
        """Return the choice; personas without one."""
        return "teams" if self.cleaned_data["actors"] == "teams" else "personas"


@require_http_methods(["GET", "HEAD", "POST"])
def journey_import(request: HttpRequest, workspace: str) -> HttpResponse:
    """Make a new journey of a file; one that is not right is refused whole, with where and why."""
    home = workspace_to_edit(request, workspace)
    form = ImportForm(request.POST or None, request.FILES or None)
    problems: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        file: Any = form.cleaned_data["file"]
        try:
            found = read(file.name, file, actors=form.cleaned_data["actors"])
            made = write(
                home,
                found.content,
                by=signed_in(request),
                title=form.cleaned_data["title"] or None,
            )
        except FileRefused as refusal:
            problems = refusal.problems
        else:
            messages.success(
                request, f"“{made.journey}” is imported from {PurePath(file.name).name}."
            )
            for note in (*found.notes, *made.notes):
                messages.info(request, note)
            return redirect(made.journey)
    context = {"workspace": home, "form": form, "problems": problems}
    status = 422 if form.errors or problems else 200
    return render(request, "journeys/journey_import.html", context, status=status)
