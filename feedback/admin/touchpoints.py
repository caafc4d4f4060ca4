"""The admin page of touchpoints, with what concerns their feedback: archive, restore, merge."""

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from feedback.merging import AtStake, CannotMerge, Merged, at_stake, merge_touchpoints
from journeys.admin.access import choice_label
from touchpoints.admin import TouchpointAdmin
from touchpoints.models import Touchpoint

WORDS = {
    "records": "answers and comments",
    "observations": "waits and events",
    "friction_days": "counted days",
    "assessments": "votes on friction",
    "surveys": "surveys",
    "handoffs": "handoffs",
}


if TYPE_CHECKING:
    _ModelChoiceField = forms.ModelChoiceField[Touchpoint]
else:
    _ModelChoiceField = forms.ModelChoiceField


class TargetField(_ModelChoiceField):
    """A touchpoint, named by where it stands."""

    def label_from_instance(self, obj: Any) -> str:
        """Return journey, stage, step and title."""
        return f"{choice_label(obj, with_workspace=False)} · {obj.channel}"


class MergeForm(forms.Form):
    """Into which touchpoint, and whether the counts have been read."""

    into = TargetField(
        queryset=Touchpoint.objects.none(),
        label="Merge into",
        help_text="All feedback goes there; the other touchpoint is archived and says so.",
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, gone: Touchpoint, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workspace = gone.step.stage.journey.workspace_id
        others = (
            Touchpoint.objects.on_map()
            .filter(step__stage__journey__workspace=workspace)
            .exclude(pk=gone.pk)
            .select_related("step__stage__journey__workspace")
            .order_by("step__stage__journey__title", "step__stage__position", "step__position")
        )
        if gone.merged_into_id:
            others = others.filter(pk=gone.merged_into_id)
        choice = self.fields["into"]
        assert isinstance(choice, TargetField)  # noqa: S101
        choice.queryset = others


class MergingTouchpointAdmin(TouchpointAdmin):
    """Steps in a channel, and what becomes of their feedback when they go."""

    change_form_template = "admin/feedback/touchpoint_change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Add archiving, restoring and merging one touchpoint."""
        views = {
            "archive": require_POST(self.archive_view),
            "restore": require_POST(self.restore_view),
            "merge": self.merge_view,
        }
        own = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"touchpoints_touchpoint_{name}",
            )
            for name, view in views.items()
        ]
        urls: list[URLPattern] = super().get_urls()
        return [*own, *urls]

    def archive_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the touchpoint off its map."""
        touchpoint = self._touchpoint(request, pk)
        self.archive(request, touchpoint)
        return self._back(touchpoint)

    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put the touchpoint back on its map."""
        touchpoint = self._touchpoint(request, pk)
        self.restore(request, touchpoint)
        return self._back(touchpoint)

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask into which, show what would move, and merge once that was confirmed."""
        gone = self._touchpoint(request, pk)
        form = MergeForm(gone, request.POST or None)
        stake, into = None, None
        if request.method == "POST" and form.is_valid():
            into = form.cleaned_data["into"]
            if form.cleaned_data["confirmed"]:
                try:
                    return self._merge(request, gone, into)
                except CannotMerge as problem:
                    form.add_error("into", ValidationError(str(problem)))
            else:
                stake = _counted(at_stake(gone))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Merge “{gone}” into another touchpoint",
            "original": gone,
            "form": form,
            "stake": stake,
            "into": into,
        }
        return TemplateResponse(request, "admin/feedback/touchpoint_merge.html", context)

    def _merge(self, request: HttpRequest, gone: Touchpoint, into: Touchpoint) -> HttpResponse:
        merged = merge_touchpoints(gone, into)
        self.log_change(request, gone, f"Merged into “{into}”.")
        self.log_change(request, into, f"Took over the feedback of “{gone}”.")
        moved = "; ".join(f"{what}: {number:,}" for what, number in _counted(merged)) or "nothing"
        messages.success(request, f"Merged “{gone}” into “{into}”. Moved: {moved}.")
        for sentence in settled(merged):
            messages.info(request, sentence)
        return self._back(into)

    def _touchpoint(self, request: HttpRequest, pk: int) -> Touchpoint:
        touchpoint = self.get_object(request, str(pk))
        if not isinstance(touchpoint, Touchpoint):
            raise Http404
        return touchpoint

    @staticmethod
    def _back(touchpoint: Touchpoint) -> HttpResponse:
        address = reverse("admin:touchpoints_touchpoint_change", args=[touchpoint.pk])
        return HttpResponseRedirect(address)


def _counted(counts: AtStake | Merged) -> list[tuple[str, int]]:
    named = {field.name: getattr(counts, field.name) for field in fields(counts)}
    return [(WORDS[name], number) for name, number in named.items() if number and name in WORDS]


def settled(merged: Merged) -> list[str]:
    """Return a sentence for each sort of thing that both touchpoints had."""
    sentences = {
        "Answers of one response to the same question at both are both kept": merged.records_marked,
        "Waits and events of one case at both are both kept": merged.observations_marked,
        "Days that both had counted are added up": merged.friction_days_added,
        "Of people who had voted on both, the later vote is kept": merged.assessments_replaced,
        "Handoffs between the two, or that were there already, stay behind": merged.handoffs_left,
    }
    return [f"{sentence}: {number:,}." for sentence, number in sentences.items() if number]


admin.site.unregister(Touchpoint)
admin.site.register(Touchpoint, MergingTouchpointAdmin)
