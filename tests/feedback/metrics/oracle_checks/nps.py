from feedback.metrics import compare, groups, sample_size
from feedback.metrics.estimates import goodman, nps
from feedback.metrics.groups import Groups
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import NPS
from tests.feedback.metrics.oracle_checks.cases import Inputs, Result, check


def dpr(inputs: Inputs) -> Groups:
    return Groups(inputs["d"], inputs["p"], inputs["r"])


def as_histogram(counts: Groups) -> Histogram:
    """Detractors scored 0, passives 7, promoters 10."""
    columns = [0] * 11
    columns[0], columns[7], columns[10] = counts.negative, counts.neutral, counts.positive
    return Histogram.from_columns(NPS, columns)


@check("nps-01")
def point_estimate(inputs: Inputs) -> Result:
    hist = Histogram.from_columns(NPS, inputs["hist_0_10"])
    return {
        "n": hist.n,
        "detractors": hist.negative,
        "passives": hist.neutral,
        "promoters": hist.positive,
        "nps": nps(hist).value,
        "variance": hist.groups.variance,
        "se_points": hist.groups.se,
        "mean_ltr": hist.mean,
        "sd_ltr": hist.sd,
    }


@check("nps-02")
def wald(inputs: Inputs) -> Result:
    return {"ci": groups.wald(dpr(inputs), inputs["conf"])}


@check("nps-03")
def adjusted_wald(inputs: Inputs) -> Result:
    outer, neutral, _ = inputs["pseudo"]
    assert (outer, 2 * outer + neutral) == (groups.PSEUDO_OUTER, groups.PSEUDO_TOTAL)
    center, se = dpr(inputs).adjusted()
    shown = nps(as_histogram(dpr(inputs)), inputs["conf"])
    return {"center": center, "se_points": se, "ci": [shown.low, shown.high]}


@check("nps-04")
def adjusted_wald_90(inputs: Inputs) -> Result:
    shown = nps(as_histogram(dpr(inputs)), inputs["conf"])
    return {"ci": [shown.low, shown.high]}


@check("nps-06")
def simultaneous(inputs: Inputs) -> Result:
    intervals = goodman(inputs["counts"], inputs["conf"])
    assert intervals is not None
    return dict(zip(("detractor_ci", "passive_ci", "promoter_ci"), intervals, strict=True))


@check("nps-07")
def score(inputs: Inputs) -> Result:
    return {"ci": groups.score_interval(dpr(inputs), inputs["conf"])}


@check("nps-08", "nps-09", "nps-10", "nps-12")
def small_samples(inputs: Inputs) -> Result:
    counts = dpr(inputs)
    shown = nps(as_histogram(counts))
    return {
        "nps": shown.value,
        "variance": counts.variance,
        "se_points": counts.se,
        "adj_wald_center": counts.adjusted()[0],
        "adj_wald_ci": [shown.low, shown.high],
        "score_ci": groups.score_interval(counts),
    }


@check("nps-14")
def no_answers(inputs: Inputs) -> Result:
    shown = nps(Histogram.from_columns(NPS, inputs["hist_0_10"]))
    assert shown.low is shown.high
    return {"n": shown.n, "nps": shown.value, "ci": shown.low}


@check("nps-15")
def merge(inputs: Inputs) -> Result:
    days = [Histogram.from_columns(NPS, inputs[day]) for day in ("day1", "day2")]
    merged = days[0] + days[1]
    return {
        "merged": merged.counts,
        "n": merged.n,
        "nps": nps(merged).value,
        "variance": merged.groups.variance,
    }


@check("nps-16")
def two_samples(inputs: Inputs) -> Result:
    before, after = Groups(*inputs["before_dpr"]), Groups(*inputs["after_dpr"])
    difference = compare.compare(as_histogram(before), as_histogram(after), inputs["conf"])
    assert difference.low is not None
    assert difference.high is not None
    (adjusted1, se1), (adjusted2, se2) = before.adjusted(), after.adjusted()
    centre = (difference.low + difference.high) / 2
    assert abs(centre - (adjusted2 - adjusted1)) < 1e-9
    se = (se1**2 + se2**2) ** 0.5
    return {
        "diff_raw": difference.value,
        "diff_adj": centre,
        "se": se,
        "z": centre / se,
        "p": difference.p,
        "ci": [difference.low, difference.high],
    }


@check("nps-18")
def size_for_margin(inputs: Inputs) -> Result:
    return {
        "n": sample_size.nps_for_margin(inputs["variance"], inputs["moe_points"], inputs["conf"])
    }


@check("nps-19")
def size_for_difference(inputs: Inputs) -> Result:
    return {
        "n_per_group": sample_size.nps_for_difference(
            inputs["var1"], inputs["var2"], inputs["diff_points"], inputs["conf"], inputs["power"]
        )
    }


@check("nps-20")
def against_target(inputs: Inputs) -> Result:
    result = compare.versus_target(dpr(inputs), inputs["target"])
    assert result is not None
    return {"z": result[0], "p_two_sided": result[1]}
