from feedback.metrics import severity
from feedback.metrics.friction import Formula, Friction, Rate, Wait, friction, roll_up
from feedback.metrics.handoff import handoff_quality
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import CES
from tests.feedback.metrics.oracle_checks.cases import Inputs, Result, check


def rate(inputs: Inputs, hits: str, base: str) -> Rate | None:
    return None if inputs.get(hits) is None else Rate(inputs[hits], inputs[base])


def wait(inputs: Inputs) -> Wait | None:
    if inputs.get("median_wait_min") is None:
        return None
    return Wait(inputs["median_wait_min"], inputs["wait_target_min"], inputs["wait_n"])


def formula(inputs: Inputs) -> Formula:
    given = Formula(**inputs.get("weights", {}), evidence_n0=inputs.get("n0", 20))
    assert given == Formula(), "The oracle uses the default formula"
    return given


def measure(inputs: Inputs) -> Friction:
    answers = inputs.get("ces_hist_1_7")
    return friction(
        effort=None if answers is None else Histogram(CES, tuple(answers)),
        abandonment=rate(inputs, "abandoned", "started"),
        wait=wait(inputs),
        repeat=rate(inputs, "repeat", "contacts"),
        error=rate(inputs, "errors", "attempts"),
        assessments=inputs.get("expert_severities_0_4", ()),
        formula=formula(inputs),
    )


@check("fric-01", "fric-02", "fric-03", "fric-05", "fric-06", "fric-07")
def score(inputs: Inputs) -> Result:
    result = measure(inputs)
    return {
        "severities": result.severities,
        "observed": result.observed,
        "coverage": result.coverage,
        "rho": result.rho,
        "contributions": result.contributions,
        "expert": result.expert,
        "score": result.score,
        "basis": result.basis,
    }


@check("fric-09")
def anchors(inputs: Inputs) -> Result:
    by_name = {"log": severity.logarithmic, "lin": severity.linear}
    return {"s": [by_name[name](value, good, bad) for name, value, good, bad in inputs["cases"]]}


@check("fric-11")
def stage(inputs: Inputs) -> Result:
    result = roll_up((item["score"], item["exposed"]) for item in inputs["touchpoints"])
    return {
        "stage_score": result.score,
        "peak": result.peak,
        "friction_customers": result.friction_customers,
        "rank_by_friction_customers": result.ranks,
    }


@check("hand-01")
def handoff(inputs: Inputs) -> Result:
    accepted = inputs["accepted"]
    result = handoff_quality(
        wait=Wait(60 * inputs["median_wait_h"], 60 * inputs["target_h"], accepted),
        breach=Rate(inputs["sla_breaches"], accepted),
        dropoff=Rate(inputs["never_accepted"], inputs["released"]),
        reexplain=Rate(inputs["reexplain_yes"], inputs["reexplain_asked"]),
        bounce=Rate(inputs["bounced"], accepted),
    )
    return {
        "severities": result.severities,
        "quality": result.quality,
        "coverage": result.coverage,
        "rho": result.rho,
        "band": result.band,
    }
