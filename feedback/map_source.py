"""The map's measured half: feedback, friction, feeling, how handoffs go, and every headline."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

from django.urls import reverse

from feedback.atlas import summarize_journeys
from feedback.changes import score_changes
from feedback.drawing import bars, spark
from feedback.evidence import Evidence, Gathered, gather
from feedback.handoffs import NOBODY, Passing, explained_again
from feedback.metrics import emotion
from feedback.metrics.estimates import Estimate, bottom_box, top_box
from feedback.metrics.friction import Friction
from feedback.metrics.scales import SCALE_ORDER
from feedback.outcomes.on_map import put_outcomes
from feedback.sub_journeys import put_sub_journeys
from feedback.summary import first_response, pooled, summarize
from feedback.wording import (
    BASIS_WORDS,
    COMPONENT_WORDS,
    friction_change,
    friction_metric,
    hidden_metric,
    interval_text,
    score_metric,
    signed,
)
from journeys.maps import curve
from journeys.maps.build import MapDraft
from journeys.maps.grid import Change, Heat, Mood, Score
from touchpoints.models import Touchpoint

__all__ = ["contribute", "summarize_journeys"]

DISAGREE = "workshop and data disagree"
PARTIAL = "partly measured"
FLAG_SIGNS = {DISAGREE: "≠", PARTIAL: "◐"}


def contribute(draft: MapDraft) -> None:
    """Fill the measured lanes, the stages' metrics and the headline."""
    touchpoints: list[Touchpoint] = draft.shared["touchpoints"]
    below: dict[int, list[Touchpoint]] = draft.shared["below"]
    everything = {each.pk: each for group in (touchpoints, *below.values()) for each in group}
    answered = list(everything.values()) if draft.measured else []
    found = gather(answered, workspace=draft.journey.workspace, filters=draft.filters)
    draft.latest_evidence = found.last_day
    lanes = _MeasuredLanes(draft, touchpoints, found)
    lanes.put_scores()
    lanes.put_friction()
    lanes.put_feelings()
    lanes.put_handoffs()
    put_sub_journeys(draft, below, found)
    lanes.add_summaries()
    put_outcomes(draft)


class _MeasuredLanes:
    """Puts what was gathered where it belongs; only about handoffs does it ask once more."""

    def __init__(self, draft: MapDraft, touchpoints: list[Touchpoint], found: Gathered) -> None:
        self.draft = draft
        self.touchpoints = touchpoints
        self.found = found
        self.minimum = draft.journey.workspace.minimum_answers
        self.than = draft.filters.period.previous_label if draft.filters.compare else ""
        self.address = reverse(
            "feedback:touchpoint_evidence", args=[draft.journey.workspace.slug, 0]
        )
        self.query = draft.filters.query()
        at_step = Counter(touchpoint.step_id for touchpoint in touchpoints)
        self.named = {t.pk for t in touchpoints if at_step[t.step_id] > 1}

    def evidence_url(self, touchpoint: Touchpoint, key: str) -> str:
        address = self.address.replace("/0/", f"/{touchpoint.pk}/")
        return f"{address}?metric={key}&{self.query}".rstrip("&")

    def put_scores(self) -> None:
        own = {each.pk: self.found[each.pk] for each in self.touchpoints}
        changes = score_changes(own, than=self.than)
        for touchpoint in self.touchpoints:
            evidence = self.found[touchpoint.pk]
            scales = [
                key
                for key in SCALE_ORDER
                if key in evidence.now.scores or key in evidence.now.hidden
            ]
            for place, key in enumerate(scales or ["csat"]):
                change = changes.get((touchpoint.pk, key))
                score = self._score(touchpoint, evidence, key, change, compact=place > 0)
                self.draft.put("feedback", touchpoint.step_id, score)

    def _score(
        self,
        touchpoint: Touchpoint,
        evidence: Evidence,
        key: str,
        change: Change | None,
        *,
        compact: bool,
    ) -> Score:
        url = self.evidence_url(touchpoint, key)
        histogram = evidence.now.scores.get(key)
        metric = (
            hidden_metric(key, self.minimum, url=url)
            if key in evidence.now.hidden
            else score_metric(key, histogram, url=url, change=change)
        )
        named = touchpoint.pk in self.named and not compact
        if histogram is None:
            return Score(touchpoint.pk, touchpoint.title, metric, named=named, compact=compact)
        return Score(
            id=touchpoint.pk,
            label=touchpoint.title,
            metric=metric,
            named=named,
            mean=histogram.mean,
            top_box=top_box(histogram).value,
            bottom_box=bottom_box(histogram).value,
            counts={
                str(score): count
                for score, count in enumerate(histogram.counts, start=histogram.scale.low)
            },
            bars=() if compact else bars(histogram),
            spark="" if compact else spark(evidence.trend[key]),
            compact=compact,
            title=f"{metric.label} {metric.text}, {interval_text(metric)}, {metric.n_text}",
        )

    def put_friction(self) -> None:
        for touchpoint in self.touchpoints:
            evidence = self.found[touchpoint.pk]
            friction = evidence.friction
            change = friction_change(friction, evidence.friction_before, self.than)
            metric = friction_metric(
                friction,
                exposed=evidence.now.exposed,
                url=self.evidence_url(touchpoint, "friction"),
                change=change if self.than else None,
            )
            largest = COMPONENT_WORDS.get(friction.largest or "", "")
            flag = _flag(friction)
            heat = Heat(
                id=touchpoint.pk,
                label=touchpoint.title,
                metric=metric,
                named=touchpoint.pk in self.named,
                level=None if friction.score is None else min(10, int(friction.score // 10)),
                note=largest,
                basis=friction.basis,
                flag=flag,
                flag_sign=FLAG_SIGNS.get(flag, ""),
                title=f"Friction {metric.text}, {BASIS_WORDS[friction.basis]}",
                contributions={} if friction.score is None else dict(friction.contributions),
            )
            self.draft.put("friction", touchpoint.step_id, heat)

    def put_feelings(self) -> None:
        if not self.draft.shows("feeling"):
            return
        assessed: dict[int, tuple[float, int]] = self.draft.shared["assessed_feelings"]
        measured = self._measured_feelings()
        steps = [step.pk for step in self.draft.steps]
        judged = [assessed.get(pk, (None, 0)) for pk in steps]
        values = [measured[pk].value for pk in steps]
        marks = emotion.peak_end(values)
        names = {marks.worst: "worst moment", marks.best: "best moment", marks.end: "end"}
        drawn = zip(
            steps,
            judged,
            curve.pieces([value for value, _ in judged]),
            curve.pieces(values),
            curve.band_pieces(
                [measured[pk].low for pk in steps], [measured[pk].high for pk in steps]
            ),
            strict=True,
        )
        for column, (pk, (guess, raters), dashed, solid, band) in enumerate(drawn):
            estimate = measured[pk]
            mark = [names[column]] if column in names and len(steps) > 2 else []
            if guess is not None and emotion.gap(guess, estimate):
                mark.append(DISAGREE)
            mood = Mood(
                assessed=guess,
                assessed_n=raters,
                measured=estimate.value,
                low=estimate.low,
                high=estimate.high,
                n=estimate.n,
                text=_feeling_text(estimate, guess, raters),
                marks=tuple(mark),
                assessed_path=dashed,
                measured_path=solid,
                band_path=band,
                assessed_y=curve.y_text(guess),
                measured_y=curve.y_text(estimate.value),
                below=estimate.value is not None and estimate.value < 0,
            )
            self.draft.put("feeling", pk, mood)

    def _measured_feelings(self) -> dict[int, Estimate]:
        spans = defaultdict(list)
        for step_id, touchpoint in self._everywhere():
            spans[step_id].append(self.found[touchpoint.pk].now)
        return {
            step.pk: emotion.blend(pooled(spans[step.pk]).values()) for step in self.draft.steps
        }

    def put_handoffs(self) -> None:
        if not self.draft.shows("handoffs"):
            return
        handoffs = self.draft.shared["handoffs"]
        taken = {self.draft.column(handoff.from_touchpoint.step_id) for handoff in handoffs}
        explained = explained_again(self.found.by_touchpoint, self.found.window, self.minimum)
        for handoff in handoffs:
            passing = Passing(handoff, explained.get(handoff.pk, NOBODY), self.minimum)
            link = passing.link(self.draft.column, taken)
            self.draft.put("handoffs", handoff.from_touchpoint.step_id, link)

    def _everywhere(self) -> Iterator[tuple[int, Touchpoint]]:
        """Yield what is at each step, by itself or in the sub-journey that it opens."""
        for touchpoint in self.touchpoints:
            yield touchpoint.step_id, touchpoint
        for step_id, touchpoints in self.draft.shared["below"].items():
            for touchpoint in touchpoints:
                yield step_id, touchpoint

    def add_summaries(self) -> None:
        steps = {step.pk: step.stage_id for step in self.draft.steps}
        # By touchpoint: two steps of a stage that open one sub-journey do not count it twice.
        by_stage: dict[int, dict[int, Evidence]] = defaultdict(dict)
        for step_id, touchpoint in self._everywhere():
            by_stage[steps[step_id]][touchpoint.pk] = self.found[touchpoint.pk]
        for stage in self.draft.stages:
            evidence = list(by_stage[stage.pk].values())
            *scores, friction, answers = summarize(evidence, than="")
            known = [metric for metric in scores if metric.value is not None]
            response = first_response(evidence)
            self.draft.add_stage_metrics(
                stage.pk,
                [*known, friction, replace(answers, label="n"), *([response] if response else [])],
            )
        self.draft.headline = summarize(list(self.found.by_touchpoint.values()), than=self.than)


def _flag(friction: Friction) -> str:
    if friction.disagree:
        return DISAGREE
    return PARTIAL if friction.partial else ""


def _feeling_text(estimate: Estimate, guess: float | None, raters: int) -> str:
    return "; ".join(_feelings(estimate, guess, raters)) or "no answers, not assessed"


def _feelings(estimate: Estimate, guess: float | None, raters: int) -> Iterator[str]:
    if estimate.value is not None:
        yield f"measured {signed(estimate.value, 1)}, n {estimate.n:,}"
    if guess is not None:
        yield f"assessed {signed(guess, 1)} by {raters}"
