"""Cards: written into a cell, reworded, moved, and taken off the map."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from journeys.access import journey_to_see
from journeys.editing import cards as doing
from journeys.editing import editing
from journeys.editing.edit import quoted
from journeys.editing.images import RULES, checked_image, store_image, thumbnail_name
from journeys.models import Card, Journey, Lane, LaneKind, Persona, Step
from journeys.pictures import picture_response
from journeys.views.editing.base import Action, edits_journey, part_form
from journeys.views.map_parts import edited

LONGEST_PASTE = 100
ACTED_ON = {LaneKind.PAIN_POINTS, LaneKind.OPPORTUNITIES, LaneKind.EVIDENCE}


class CardForm(forms.Form):
    """What a card says, who does so, and how much it weighs: the fields that its lane knows."""

    text = forms.CharField(
        max_length=doing.LONGEST, widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"})
    )
    persona = forms.ModelChoiceField(
        Persona.objects.none(), required=False, empty_label="All personas"
    )
    severity = forms.TypedChoiceField(
        coerce=int, empty_value=None, required=False,
        choices=[("", "Not rated"), (0, "0 · cosmetic"), (1, "1 · minor"), (2, "2 · moderate"),
                 (3, "3 · major"), (4, "4 · blocks people")],
    )  # fmt: skip
    impact = forms.TypedChoiceField(
        coerce=int, empty_value=None, required=False,
        choices=[("", "Not rated"), *((n, f"{n} of 5") for n in range(1, 6))],
    )  # fmt: skip
    effort = forms.TypedChoiceField(
        coerce=int, empty_value=None, required=False,
        choices=[("", "Not rated"), *((n, f"{n} of 5") for n in range(1, 6))],
    )  # fmt: skip

    image = forms.FileField(
        label="Picture", required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        help_text=f"{RULES.named}, up to {RULES.most_bytes // 1024**2} MB. "
        "The text above is its caption.",
    )  # fmt: skip
    no_image = forms.BooleanField(label="Remove the picture", required=False)

    def __init__(self, *args: Any, journey: Journey, lane: Lane, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        personas = self.fields["persona"]
        assert isinstance(personas, forms.ModelChoiceField)  # noqa: S101
        personas.queryset = journey.personas.all()
        if lane.kind != LaneKind.PAIN_POINTS:
            del self.fields["severity"]
        if lane.kind != LaneKind.OPPORTUNITIES:
            del self.fields["impact"], self.fields["effort"]
        if lane.kind != LaneKind.IMAGES:
            del self.fields["image"]
        if not self.initial.get("image"):
            del self.fields["no_image"]

    def clean_image(self) -> Any:
        """Return the picture as it is stored, None where none was sent."""
        upload = self.cleaned_data["image"]
        return checked_image(upload) if isinstance(upload, UploadedFile) else None

    def details(self) -> dict[str, Any]:
        """Return everything that is not the text; a picture is stored."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "text"}
        image, removed = values.pop("image", None), values.pop("no_image", False)
        if image is not None:
            values["image"] = store_image(image)
        elif removed:
            values["image"] = ""
        return values


class PlaceForm(forms.Form):
    """A cell, and the card in it before which something goes."""

    lane = forms.IntegerField()
    step = forms.IntegerField()
    before = forms.IntegerField(required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def card_create(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Write a card into the cell named by `lane` and `step`."""
    place = PlaceForm(request.POST if "lane" in request.POST else request.GET)
    if not place.is_valid():
        return HttpResponse("Which cell? It takes `lane` and `step`.", status=400)
    where = place.cleaned_data
    lanes = Lane.objects.current().filter(journey=journey)
    lane = get_object_or_404(lanes, pk=where["lane"])
    steps = Step.objects.current().filter(stage__journey=journey)
    step = get_object_or_404(steps, pk=where["step"])
    form = CardForm(request.POST or None, request.FILES or None, journey=journey, lane=lane)
    if request.method != "POST" or not form.is_valid():
        title = f"{lane} at {step}"
        back_to = f"cell-{lane.pk}-{step.pk}"
        url, comments = request.get_full_path(), f"?lane={lane.pk}&step={step.pk}"
        return part_form(
            request, journey, form, title=title, url=url, back_to=back_to, comments_at=comments,
            quick=True,
        )  # fmt: skip
    text, details = form.cleaned_data["text"], form.details()
    with editing(journey, by=request.user) as edit:
        lane, step = edit.get(Lane, lane.pk), edit.get(Step, step.pk)
        card = doing.add_card(edit, lane, step, text, before_pk=where["before"], **details)
    return edited(request, journey, edit, focus=f"card-{card.pk}")


@require_POST
@edits_journey
def card_paste(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Write the lines of `text` into a lane: one in each step from this one to the right."""
    place = PlaceForm(request.POST)
    lines = [line.strip() for line in request.POST.get("text", "").splitlines()]
    lines = [line for line in lines if line]
    if not place.is_valid() or not lines or len(lines) > LONGEST_PASTE:
        said = f"Paste 1 to {LONGEST_PASTE} lines into a cell; nothing was written."
        return HttpResponse(said, status=400)
    if too_long := [n for n, line in enumerate(lines, 1) if len(line) > doing.LONGEST]:
        said = f"Line {too_long[0]} is longer than {doing.LONGEST} characters; nothing was written."
        return HttpResponse(said, status=422)
    with editing(journey, by=request.user) as edit:
        lane = edit.get(Lane, place.cleaned_data["lane"])
        step = edit.get(Step, place.cleaned_data["step"])
        cards = doing.add_cards(edit, lane, step, lines)
    return edited(request, journey, edit, focus=f"card-{cards[0].pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def card_edit(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Reword a card, and say who does so and how much it weighs."""
    current = Card.objects.current().filter(lane__journey=journey).select_related("lane", "step")
    card = get_object_or_404(current, pk=pk)
    initial = {
        name: getattr(card, name) for name in ("text", "severity", "impact", "effort", "image")
    }
    form = CardForm(
        request.POST or None, request.FILES or None, journey=journey, lane=card.lane,
        initial=initial | {"persona": card.persona_id},
    )  # fmt: skip
    if request.method != "POST" or not form.is_valid():
        return part_form(
            request, journey, form, title=f"{card.lane} at {card.step}",
            actions=_actions(request.path), back_to=f"card-{card.pk}",
            comments_at=f"?lane={card.lane_id}&step={card.step_id}",
            card=card if card.lane.kind in ACTED_ON else None,
        )  # fmt: skip
    text, details = form.cleaned_data["text"], form.details()
    with editing(journey, by=request.user) as edit:
        card = edit.get(Card, pk)
        edit.write(card, "text", text, was=request.POST.get("was"))
        edit.change(card, **details)
        edit.summary = f"Reworded {quoted(card)}"
    return edited(request, journey, edit, focus=f"card-{pk}")


def _actions(url: str) -> list[Action]:
    return [
        Action(f"{url}copy/", "Copy"),
        Action(f"{url}split/", "Split at line breaks"),
        Action(f"{url}merge/", "Merge with the next"),
        Action(f"{url}remove/", "Remove", danger=True),
    ]


@require_POST
@edits_journey
def card_move(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Move a card into a cell, before another card or to its end."""
    place = PlaceForm(request.POST)
    if not place.is_valid():
        return HttpResponse("Where to? It takes `lane` and `step`.", status=400)
    where = place.cleaned_data
    with editing(journey, by=request.user) as edit:
        card, lane = edit.get(Card, pk), edit.get(Lane, where["lane"])
        step = edit.get(Step, where["step"])
        doing.move_card(edit, card, lane, step, before_pk=where["before"])
    return edited(request, journey, edit, focus=f"card-{pk}")


@require_POST
@edits_journey
def card_copy(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Put a second one behind a card."""
    with editing(journey, by=request.user) as edit:
        copy = doing.copy_card(edit, edit.get(Card, pk))
    return edited(request, journey, edit, focus=f"card-{copy.pk}")


@require_POST
@edits_journey
def card_split(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Make a card of each line of a card."""
    with editing(journey, by=request.user) as edit:
        doing.split_card(edit, edit.get(Card, pk))
    return edited(request, journey, edit, focus=f"card-{pk}")


@require_POST
@edits_journey
def card_merge(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Join a card with the one behind it."""
    with editing(journey, by=request.user) as edit:
        doing.merge_cards(edit, edit.get(Card, pk))
    return edited(request, journey, edit, focus=f"card-{pk}")


@require_POST
@edits_journey
def card_remove(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Take a card off the map."""
    with editing(journey, by=request.user) as edit:
        card = edit.get(Card, pk)
        doing.remove_card(edit, card)
    return edited(request, journey, edit, focus=f"cell-{card.lane_id}-{card.step_id}")


@require_GET
def card_image(
    request: HttpRequest, workspace: str, slug: str, pk: int, *, full: bool = False
) -> HttpResponse:
    """Return a card's picture to members: as small as the map draws it, or as it is stored.

    The map's address of it names the file, so that a browser may keep it for long.
    """
    journey = journey_to_see(request, workspace, slug)
    cards = Card.objects.visible_to(request.user).filter(lane__journey=journey)
    name = get_object_or_404(cards.exclude(image=""), pk=pk).image.name or ""
    cached = "max-age=86400" if request.GET else "no-cache"
    try:
        return picture_response(name if full else thumbnail_name(name), cached=cached)
    except Http404:
        # Only what the editor stored has a thumbnail.
        return picture_response(name, cached=cached)
