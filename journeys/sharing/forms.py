"""The form of a link: for whom, until when, what it shows, and what visitors may do."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils import timezone

from journeys.models import Journey, Lane, ShareAllows, ShareLink
from journeys.origins import clean_origins

if TYPE_CHECKING:
    _LinkForm = forms.ModelForm[ShareLink]
else:
    _LinkForm = forms.ModelForm

USUAL_DAYS = 30
SHORTEST_PASSWORD = 8


def last_day(today: date, days: int = 0) -> date:
    """Return the day so many days from now, at most the last that is allowed."""
    longest: int = settings.SHARE_MAX_DAYS
    return today + timedelta(days=min(days or longest, longest))


class ShareForm(_LinkForm):
    """What a link shows, to be made or changed. What is not ticked is not shown."""

    new_password = forms.CharField(
        required=False,
        min_length=SHORTEST_PASSWORD,
        max_length=128,
        label="Password",
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    no_password = forms.BooleanField(required=False, label="Ask for no password any more")

    class Meta:
        model = ShareLink
        fields = [
            "name",
            "expires_on",
            "lanes",
            "hides_quotes",
            "hides_names",
            "shows_figures",
            "allows",
            "shows_team_comments",
            "origins",
        ]
        labels = {
            "name": "For whom, or what for",
            "expires_on": "Opens until",
            "hides_quotes": "Hide quotes",
            "hides_names": "Hide names",
            "shows_figures": "Show figures",
            "allows": "Visitors may",
            "shows_team_comments": "Visitors read the team’s comments, too",
            "origins": "Sites that may embed it",
        }
        help_texts = {
            "name": "Only your team sees this, such as “Agency review, May”.",
            "hides_quotes": "Leaves out what customers say in their words: the lanes Thinking and "
            "Evidence, and whatever stands in quotation marks elsewhere.",
            "hides_names": "Personas become “Persona A”, colleagues “[name]”, wherever their "
            "names stand. Nicknames and other people’s names are yours to look for.",
            "shows_figures": "Scores, friction, measured feelings and waiting times; too few "
            "answers stay hidden as for everybody.",
            "origins": "One a line, such as https://www.example.com. Empty: none. A link with a "
            "password cannot be embedded.",
        }
        widgets = {
            "expires_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "lanes": forms.CheckboxSelectMultiple,
            "allows": forms.RadioSelect(choices=ShareAllows.choices),
            "origins": forms.Textarea({"rows": 2, "spellcheck": "false"}),
        }

    def __init__(self, *args: Any, journey: Journey, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = timezone.localdate()
        lanes: Any = self.fields["lanes"]
        lanes.queryset = Lane.objects.current().filter(journey=journey).order_by("position")
        lanes.error_messages["required"] = "Tick at least one lane: a map without any says nothing."
        lanes.required = True
        allows: Any = self.fields["allows"]
        allows.choices = ShareAllows.choices
        expires = self.fields["expires_on"]
        expires.help_text = f"That day included, {last_day(self.today):%-d %B %Y} at the latest."
        expires.widget.attrs |= {
            "min": self.today.isoformat(),
            "max": last_day(self.today).isoformat(),
        }
        password = self.fields["new_password"]
        password.help_text = (
            "There is one; leave this empty to keep it."
            if self.instance.password
            else "Empty: the address alone is enough. Give the password by another way."
        )
        if not self.instance.password:
            del self.fields["no_password"]

    def clean_expires_on(self) -> date:
        """Refuse a day that is over, and one that is too far away."""
        day: date = self.cleaned_data["expires_on"]
        if day < self.today:
            raise forms.ValidationError("That day is over. Choose today or a later one.")
        if day > last_day(self.today):
            raise forms.ValidationError(
                f"Links last {settings.SHARE_MAX_DAYS} days here at the longest: choose "
                f"{last_day(self.today):%-d %B %Y} or an earlier day."
            )
        return day

    def clean_origins(self) -> str:
        """Refuse what is no origin: it goes into a header that browsers obey."""
        return clean_origins(self.cleaned_data["origins"])

    def clean(self) -> dict[str, Any]:
        """Refuse a password together with frames: in those, browsers keep no cookie."""
        cleaned = super().clean() or self.cleaned_data
        kept = self.instance.password and not cleaned.get("no_password")
        if cleaned.get("origins") and (cleaned.get("new_password") or kept):
            self.add_error(
                "origins",
                "A link with a password cannot be embedded, because browsers remember nothing in "
                "frames of other sites. Leave one of the two empty.",
            )
        return cleaned

    def save(self, commit: bool = True) -> ShareLink:
        """Save the link, its lanes, and its password where a new one was given or none is asked."""
        if self.cleaned_data.get("no_password") or self.cleaned_data["new_password"]:
            self.instance.set_password(self.cleaned_data["new_password"])
        return super().save(commit)
