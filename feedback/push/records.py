"""What a record may hold: the one definition for reading, error messages and the API's document."""

from typing import Any

from rest_framework import serializers

from feedback.models import Metric, ObservationKind, SourceKind
from feedback.push.fields import (
    LARGEST_ID,
    Choice,
    Moment,
    Seconds,
    Text,
    TouchpointRef,
    WholeNumber,
    YesOrNo,
)

OWN_SOURCE = "API"


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses what it does not know: a misspelt field must not be lost without a word."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the values by field; raises ValidationError with all reasons, by field."""
        errors: dict[str, Any] = {}
        if isinstance(data, dict):
            known = self.fields
            errors = {str(key): ["Unknown field."] for key in data if key not in known}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            reasons: Any = error.detail
            raise serializers.ValidationError({**reasons, **errors}) from None
        if errors:
            raise serializers.ValidationError(errors)
        return values


class SentSerializer(StrictSerializer):
    """What answers and observations have in common."""

    touchpoint = TouchpointRef()
    occurred_at = Moment(required=False, help_text="When; now, if it is not said.")
    external_id = Text(
        required=False,
        max_length=200,
        help_text=(
            "Its own id in its source. What comes again under it is an update, not a second one. "
            "Choose one that is no e-mail address."
        ),
    )
    source = Text(  # type: ignore[assignment]
        required=False,
        max_length=120,
        help_text=f"The survey, desk or tool by name, “{OWN_SOURCE}” if not said; made when new.",
    )
    source_kind = Choice(
        choices=SourceKind.choices, required=False, help_text="Of a source that is new: survey."
    )


class FeedbackSerializer(SentSerializer):
    """A score on a scale, a comment, or both."""

    metric = Choice(choices=Metric.choices, required=False, help_text="The scale of the score.")
    score = WholeNumber(required=False, help_text="A score of that scale, never rescaled.")
    comment = Text(
        required=False,
        allow_blank=True,
        max_length=10_000,
        help_text="E-mail addresses and telephone numbers in it are masked before it is kept.",
    )
    segment = Text(required=False, max_length=80, help_text="By name; added when it is new.")
    channel = Text(required=False, max_length=60, help_text="By name; added when it is new.")
    respondent = Text(
        required=False,
        max_length=320,
        help_text="A customer's id or e-mail address; only a keyed hash of it is kept.",
    )
    language = Text(required=False, max_length=12, help_text="Of the comment: en, de-CH.")
    partial = YesOrNo(  # type: ignore[assignment]
        required=False, help_text="Broken off before the end: kept, but left out of every number."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse half a score, a score outside its scale, and a record that says nothing."""
        metric, score = attrs.get("metric"), attrs.get("score")
        if score is None and metric is not None:
            raise serializers.ValidationError({"score": ["A metric needs a score."]})
        if score is not None and metric is None:
            raise serializers.ValidationError({"metric": ["Which metric is the score on?"]})
        if score is None and not attrs.get("comment"):
            raise serializers.ValidationError(
                {"score": ["Give a metric and a score, a comment, or both."]}
            )
        if metric is not None and score is not None:
            scale = Metric(metric).scale
            if not scale.contains(score):
                reason = f"{score} is not on the scale of {metric}, {scale.low} to {scale.high}."
                raise serializers.ValidationError({"score": [reason]})
        return attrs


class ObservationSerializer(SentSerializer):
    """How long one customer waited, or whether a thing happened to them."""

    kind = Choice(choices=ObservationKind.choices)
    seconds = Seconds(
        required=False,
        min_value=0,
        max_value=3_155_760_000,
        help_text="Of a wait or a first response.",
    )
    hit = YesOrNo(
        required=False,
        help_text="Of the other kinds: true where it happened; false counts in the base.",
    )
    handoff = WholeNumber(
        required=False,
        min_value=1,
        max_value=LARGEST_ID,
        help_text="For “explain”: the id of the handoff to this touchpoint.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a duration where there is none, and a kind without what it needs."""
        kind = ObservationKind(attrs["kind"])
        needed, barred = ("seconds", "hit") if kind.timed else ("hit", "seconds")
        errors = {}
        if needed not in attrs:
            errors[needed] = [f"The kind “{kind}” needs it."]
        if barred in attrs:
            errors[barred] = [f"The kind “{kind}” has none."]
        explained = kind is ObservationKind.EXPLAINED_AGAIN
        if explained and "handoff" not in attrs:
            errors["handoff"] = [f"The kind “{kind}” needs it."]
        if not explained and "handoff" in attrs:
            errors["handoff"] = [f"The kind “{kind}” has none."]
        if errors:
            raise serializers.ValidationError(errors)
        return attrs
