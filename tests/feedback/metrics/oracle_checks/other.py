from feedback.metrics import emotion
from feedback.metrics.display import round_half_away
from feedback.metrics.estimates import Estimate
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import CES, CSAT, NPS
from feedback.metrics.suppression import base_state, suppress
from tests.feedback.metrics.oracle_checks.cases import Inputs, Result, check


@check("emo-01")
def measured_emotion(inputs: Inputs) -> Result:
    csat = Histogram(CSAT, tuple(inputs["csat_hist"]))
    ces = Histogram(CES, tuple(inputs["ces_hist"]))
    nps = Histogram(NPS, tuple(inputs["nps_hist"]))
    return {
        "csat": emotion.from_histogram(csat),
        "ces": emotion.from_histogram(ces),
        "nps": emotion.from_histogram(nps),
        "sentiment": emotion.sentiment(inputs["sentiment_mean"]),
        "blended": emotion.blend([csat, ces, nps]).value,
    }


@check("emo-02")
def imported_emotion(inputs: Inputs) -> Result:
    return {"canon": [emotion.rescale(*case[1:]) for case in inputs["cases"]]}


@check("priv-01", "priv-02")
def suppression(inputs: Inputs) -> Result:
    hidden = suppress(inputs["total"], inputs["segments"], inputs["k"])
    return {
        "suppressed": hidden,
        "shown": [name for name in inputs["segments"] if name not in hidden],
    }


@check("disp-01")
def rounding(inputs: Inputs) -> Result:
    shown = [round_half_away(value) for value in inputs["values"]]
    assert "-0" not in [str(value) for value in shown]
    return {"displayed": shown}


@check("base-01")
def low_base(inputs: Inputs) -> Result:
    states = [base_state(n) for n in inputs["n"]]
    assert states == [Estimate(None, None, None, n).base for n in inputs["n"]]
    return {"state": states}
