from feedback.metrics import control, multiplicity
from feedback.metrics.control import Chart, Point
from feedback.metrics.groups import Groups
from feedback.metrics.rate import Rate
from tests.feedback.metrics.oracle_checks.cases import Inputs, Result, check


def rates(hits: list[int], bases: list[int]) -> list[Rate]:
    return [Rate(k, n) for k, n in zip(hits, bases, strict=True)]


def limits(point: Point) -> Result:
    return {"lcl": point.lower, "ucl": point.upper, "out": point.out}


def row(point: Point) -> Result:
    return {"p": point.value, "sigma": point.sigma, "z": point.z, **limits(point)}


def made(chart: Chart | None) -> Chart:
    assert chart is not None
    return chart


@check("spc-01")
def p_chart(inputs: Inputs) -> Result:
    chart = made(control.p_chart(rates(inputs["k"], inputs["n"]), sigmas=inputs["L"]))
    return {"pbar": chart.centre, "rows": [row(point) for point in chart.points]}


@check("spc-02")
def frozen_baseline(inputs: Inputs) -> Result:
    baseline = sum(rates(inputs["baseline_k"], inputs["baseline_n"]), Rate(0, 0))
    chart = made(control.p_chart([Rate(inputs["new_k"], inputs["new_n"])], baseline=baseline))
    return {"pbar": chart.centre, "row": row(chart.points[0])}


@check("spc-03")
def laney(inputs: Inputs) -> Result:
    periods = rates(inputs["k"], inputs["n"])
    chart = made(control.laney_chart(periods, sigmas=inputs["L"], narrow=True))
    return {
        "pbar": chart.centre,
        "sigma_z": chart.sigma_z,
        "rows": [limits(point) for point in chart.points],
    }


@check("spc-05")
def cusum(inputs: Inputs) -> Result:
    steps = control.cusum(
        rates(inputs["k"], inputs["n"]), p0=inputs["p0"], p1=inputs["p1"], h=inputs["h"]
    )
    return {"rows": [{"s": step.value, "alert": step.alert} for step in steps]}


@check("spc-06")
def nps_chart(inputs: Inputs) -> Result:
    baseline = sum((Groups(*counts) for counts in inputs["baseline_dpr"]), Groups(0, 0, 0))
    chart = made(control.nps_chart(baseline, [Groups(*inputs["new_dpr"])]))
    point = chart.points[0]
    return {
        "center": chart.centre,
        "sigma_new": point.sigma,
        "new_nps": point.value,
        "z": point.z,
        **limits(point),
    }


@check("spc-08", "spc-09")
def run_rule(inputs: Inputs) -> Result:
    return {"signal_index": control.run_rule(inputs["p"], inputs["center"], inputs["run"])}


@check("mc-01")
def many_tests(inputs: Inputs) -> Result:
    alpha = inputs["alpha"]
    bh, holm = multiplicity.benjamini_hochberg(inputs["p"]), multiplicity.holm(inputs["p"])
    return {
        "bh_adjusted": bh,
        "holm_adjusted": holm,
        "bh_rejected": [i for i, p in enumerate(bh) if p <= alpha],
        "holm_rejected": [i for i, p in enumerate(holm) if p <= alpha],
    }
