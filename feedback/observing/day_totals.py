"""The form that counts a day: "of 40 customers today 6 came back"."""

from datetime import date
from typing import Any

from django import forms
from django.db import transaction
from django.utils.formats import date_format

from feedback.models import FrictionInput, FrictionKind
from touchpoints.models import Touchpoint

WORDS = {
    FrictionKind.ABANDONMENT: "gave up before the end",
    FrictionKind.REPEAT: "came back with the same matter",
    FrictionKind.ERROR: "met an error or failure",
}
LARGEST = 2_147_483_647
REPLACE, ADD = "replace", "add"


class FrictionInputForm(forms.Form):
    """A day's total of one kind of event on one touchpoint.

    Where the day has one already, nothing is written until somebody says whether to replace it
    or to add to it. The answer counts only for the total that was `seen`: sent twice, or when
    somebody else was quicker, the form asks again.
    """

    kind = forms.ChoiceField(
        label="What happened to them?",
        choices=[(kind.value, words) for kind, words in WORDS.items()],
        initial=FrictionKind.REPEAT.value,
    )
    hits = forms.IntegerField(
        label="How many customers",
        min_value=0,
        max_value=LARGEST,
        error_messages={"required": "To how many did it happen? 0 is an answer too."},
    )
    base = forms.IntegerField(
        label="Of how many",
        min_value=1,
        max_value=LARGEST,
        help_text="All who started, called or tried on that day.",
        error_messages={"required": "Of how many? Without it there is no share."},
    )
    day = forms.DateField(
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Give a day, for instance 2026-03-10."},
    )
    existing = forms.ChoiceField(
        label="What shall become of that total?",
        required=False,
        choices=[(REPLACE, "Replace it"), (ADD, "Add to it")],
        widget=forms.RadioSelect,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, touchpoint: Touchpoint, today: date, **options: Any) -> None:
        options["initial"] = {"day": today} | options.get("initial", {})
        super().__init__(*args, **options)
        self.touchpoint = touchpoint
        self.today = today
        self.stored: FrictionInput | None = None

    def clean_day(self) -> date:
        """Refuse the future."""
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError("This day is still to come.")
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse more hits than there were customers."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        hits, base = cleaned.get("hits"), cleaned.get("base")
        if hits is not None and base is not None and hits > base:
            self.add_error("hits", f"These are more than all {base:,}.")
        return cleaned

    @transaction.atomic
    def save(self) -> FrictionInput | None:
        """Write the total; None, and an error, where somebody has to decide first."""
        given = self.cleaned_data
        hits, base = given["hits"], given["base"]
        total, created = FrictionInput.objects.select_for_update().get_or_create(
            touchpoint=self.touchpoint,
            kind=given["kind"],
            day=given["day"],
            defaults={"hits": hits, "base": base},
        )
        decided = given["existing"] if given["seen"] == _seen(total) else ""
        if created or (not decided and (hits, base) == (total.hits, total.base)):
            return total
        if decided == ADD:
            hits, base = total.hits + hits, total.base + base
        if not decided or base > LARGEST:
            self.stored = total
            self.add_error("existing" if not decided else "base", self._question(total))
            return None
        total.hits, total.base = hits, base
        total.save(update_fields=["hits", "base"])
        return total

    def _question(self, total: FrictionInput) -> str:
        day = date_format(total.day, "j F Y")
        return f"{total.hits:,} of {total.base:,} are counted on {day} already."

    @property
    def seen_now(self) -> str:
        """The stored total that the person decides about, for the hidden field."""
        return _seen(self.stored) if self.stored else ""


def _seen(total: FrictionInput) -> str:
    return f"{total.hits}/{total.base}"
