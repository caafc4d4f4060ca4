"""The forms of the pages that set a webhook up and give its questions a meaning."""

from collections.abc import Iterator
from hashlib import blake2s
from typing import Any

from django import forms

from feedback.models import Provider, Source, SourceKind, Webhook
from feedback.push.bodies import BadBody, parsed
from feedback.webhooks.content import Question
from feedback.webhooks.mapping import MEANINGS, Meaning, WebhookMapping
from feedback.webhooks.providers import PROVIDERS
from journeys.models import Journey, Workspace
from touchpoints.models import Touchpoint

LEARNED_FROM = 20
LONGEST_SECRET = 200
_KINDS = {Provider.ZENDESK: SourceKind.TICKET}


class WebhookForm(forms.Form):
    """A new webhook: which tool sends, for which journey, and the name of its own source."""

    provider = forms.ChoiceField(label="Tool", choices=Provider.choices)
    journey = forms.ModelChoiceField(Journey.objects.none(), empty_label=None)
    name = forms.CharField(
        label="Name of the source",
        max_length=120,
        help_text="What the answers are filed under, such as “Check-in survey”.",
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace
        journeys = Journey.objects.filter(workspace=workspace).order_by("title", "pk")
        self.fields["journey"].queryset = journeys  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Refuse the name of a source that is there: a webhook has one of its own."""
        name: str = self.cleaned_data["name"]
        if Source.objects.filter(workspace=self.workspace, name=name).exists():
            raise forms.ValidationError("There is a source of this name already.")
        return name

    def create(self) -> Webhook:
        """Make the source and the webhook."""
        provider = self.cleaned_data["provider"]
        source = Source.objects.create(
            workspace=self.workspace,
            name=self.cleaned_data["name"],
            kind=_KINDS.get(provider, SourceKind.SURVEY),
        )
        return Webhook.objects.create(
            source=source, journey=self.cleaned_data["journey"], provider=provider
        )


class WebhookMappingForm(forms.Form):
    """Where answers go, what each question means, the secret, and whether it is switched on."""

    active = forms.BooleanField(label="Takes deliveries", required=False)
    secret = forms.CharField(
        label="New secret",
        max_length=LONGEST_SECRET,
        min_length=8,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Paste the one that the tool shows. Leave it empty to keep the present one.",
    )
    touchpoint = forms.TypedChoiceField(
        label="Touchpoint", required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, webhook: Webhook, **kwargs: Any) -> None:
        self.webhook = webhook
        self.mapping = WebhookMapping.of(webhook.mapping)
        kwargs["initial"] = {"active": webhook.active, "touchpoint": self.mapping.touchpoint}
        super().__init__(*args, **kwargs)
        self.places = _places(webhook)
        self.fields["touchpoint"].choices = [("", "Not chosen yet"), *self.places]  # type: ignore[attr-defined]
        self.questions = learned(webhook)
        for question in self.questions:
            key = field_key(question.key)
            meaning = self.mapping.questions.get(question.key)
            self.fields[f"is_{key}"] = forms.ChoiceField(
                choices=[("", "Not used"), *MEANINGS],
                required=False,
                initial=meaning.what if meaning else "",
                label=f"Meaning of {question.title}",
            )
            self.fields[f"at_{key}"] = forms.TypedChoiceField(
                choices=[("", "The webhook’s touchpoint"), *self.places],
                required=False,
                coerce=int,
                empty_value=None,
                initial=meaning.touchpoint if meaning else None,
                label=f"Touchpoint of {question.title}",
            )

    def rows(self) -> Iterator[tuple[Question, forms.BoundField, forms.BoundField]]:
        """Yield each question with its two fields."""
        for question in self.questions:
            key = field_key(question.key)
            yield question, self[f"is_{key}"], self[f"at_{key}"]

    def clean(self) -> dict[str, Any]:
        """Refuse two questions for one number: only one of their answers could be kept."""
        cleaned = super().clean() or {}
        taken: dict[tuple[str, int | None], str] = {}
        for question in self.questions:
            key = field_key(question.key)
            what = cleaned.get(f"is_{key}", "")
            place = cleaned.get(f"at_{key}") or cleaned.get("touchpoint")
            other = taken.setdefault((what, place), question.title)
            if other != question.title and what not in {"", "comment"}:
                self.add_error(f"is_{key}", f"“{other}” means that at the same touchpoint already.")
        return cleaned

    def save(self) -> Webhook:
        """Keep it in the webhook."""
        cleaned = self.cleaned_data
        questions = {
            question.key: Meaning(cleaned[f"is_{key}"], cleaned[f"at_{key}"])
            for question, key in ((each, field_key(each.key)) for each in self.questions)
            if cleaned[f"is_{key}"]
        }
        self.webhook.mapping = WebhookMapping(cleaned["touchpoint"], questions).as_data()
        self.webhook.active = cleaned["active"]
        if cleaned["secret"]:
            self.webhook.secret = cleaned["secret"]
        self.webhook.save(update_fields=["mapping", "active", "secret"])
        return self.webhook


def field_key(question: str) -> str:
    """Return what stands for a question in the names of its fields.

    Not its number: another delivery may arrive while somebody looks at the form.
    """
    return blake2s(question.encode(errors="replace"), digest_size=8).hexdigest()


def learned(webhook: Webhook) -> list[Question]:
    """Return the questions of the latest deliveries, and those that have a meaning already."""
    found: dict[str, Question] = {}
    bodies = webhook.deliveries.exclude(body="").values_list("body", flat=True)[:LEARNED_FROM]
    for body in bodies:
        try:
            questions: list[Question] = PROVIDERS[webhook.provider].questions(
                parsed(body, mend=True)
            )
        except BadBody:
            continue
        for question in questions:
            known = found.setdefault(question.key, question)
            if question.sample and not known.sample:
                found[question.key] = question
    for key in WebhookMapping.of(webhook.mapping).questions:
        found.setdefault(key, Question(key, key))
    return list(found.values())


def _places(webhook: Webhook) -> list[tuple[int, str]]:
    touchpoints = Touchpoint.objects.on_map().filter(step__stage__journey=webhook.journey)
    return [(t.pk, f"{t.title} ({t.step.title}, {t.channel.name})") for t in touchpoints]
