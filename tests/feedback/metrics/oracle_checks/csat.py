from feedback.metrics import compare, estimates, zendesk
from feedback.metrics.display import round_half_away
from feedback.metrics.histogram import Histogram
from feedback.metrics.quantiles import Interval
from feedback.metrics.scales import CES, CES_5, CSAT
from tests.feedback.metrics.oracle_checks.cases import Inputs, Result, check


def ends(estimate: estimates.Estimate) -> Interval:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low, estimate.high


@check("csat-01")
def top_box(inputs: Inputs) -> Result:
    hist = Histogram(CSAT, tuple(inputs["hist_1_5"]))
    shown = estimates.headline(hist)
    return {
        "n": shown.n,
        "top2": hist.positive,
        "csat_pct": shown.value,
        "displayed": round_half_away(shown.value),
        "wilson_ci_pct": ends(shown),
        "agresti_coull_ci_pct": estimates.agresti_coull(hist.positive, hist.n),
        "clopper_pearson_ci_pct": estimates.clopper_pearson(hist.positive, hist.n),
        "wald_ci_pct": estimates.wald(hist.positive, hist.n),
        "bottom2_pct": estimates.bottom_box(hist).value,
        "net_csat": estimates.net_box(hist).value,
    }


@check("csat-02")
def mean(inputs: Inputs) -> Result:
    hist = Histogram(CSAT, tuple(inputs["hist_1_5"]))
    shown = estimates.mean(hist)
    return {
        "mean": shown.value,
        "sd": hist.sd,
        "variance_n_minus_1": hist.variance,
        "t_ci": ends(shown),
        "median": hist.median,
    }


@check("csat-03")
def published(inputs: Inputs) -> Result:
    hist = Histogram(CSAT, tuple(inputs["hist_1_5"]))
    return {"csat_pct": estimates.top_box(hist).value, "mean": hist.mean}


@check("csat-05", "csat-06")
def small_samples(inputs: Inputs) -> Result:
    hits, n = inputs["k"], inputs["n"]
    shown = estimates.top_box(Histogram(CSAT, (n - hits, 0, 0, 0, hits)))
    return {"pct": shown.value, "wilson_ci_pct": ends(shown)}


@check("csat-08")
def two_proportions(inputs: Inputs) -> Result:
    table = inputs["k1"], inputs["n1"], inputs["k2"], inputs["n2"]
    n_minus_1, pooled = compare.n_minus_1(*table), compare.pooled_z(*table)
    assert n_minus_1 is not None
    assert pooled is not None
    shown = compare.compare(*_arms(*table))
    assert (shown.test, shown.p) == (compare.N_MINUS_1, n_minus_1.p)
    return {
        "diff_pct": shown.value,
        "z_n_minus_1": n_minus_1.z,
        "p_n_minus_1": shown.p,
        "z_pooled": pooled.z,
        "p_pooled": pooled.p,
        "newcombe_ci_pct": [shown.low, shown.high],
    }


@check("csat-09")
def fisher(inputs: Inputs) -> Result:
    table = inputs["k1"], inputs["n1"], inputs["k2"], inputs["n2"]
    exact, n_minus_1 = compare.fisher(*table), compare.n_minus_1(*table)
    assert exact is not None
    assert n_minus_1 is not None
    return {
        "fisher_p": exact.p,
        "odds_ratio_sample": exact.odds_ratio,
        "p_n_minus_1": n_minus_1.p,
    }


@check("csat-11")
def mann_whitney(inputs: Inputs) -> Result:
    test = compare.mann_whitney(inputs["hist1"], inputs["hist2"])
    assert test is not None
    assert test.z is not None
    return {
        "U": test.u,
        "z_abs_cc": abs(test.z),
        "p": test.p,
        "prob_superiority": test.prob_superiority,
    }


@check("csat-12")
def zendesk_words(inputs: Inputs) -> Result:
    by_word = {score: zendesk.rating(score) for score in inputs["ratings_1_5"]}
    return {
        "good": [score for score, word in by_word.items() if word == "good"],
        "bad": [score for score, word in by_word.items() if word == "bad"],
        "legacy_counts_as_response": [
            word for word in inputs["legacy"] if zendesk.legacy_rating(word) is not None
        ],
    }


@check("ces-01")
def effort(inputs: Inputs) -> Result:
    hist = Histogram(CES, tuple(inputs["hist_1_7"]))
    shown, easy = estimates.headline(hist), estimates.top_box(hist)
    return {
        "n": shown.n,
        "mean": shown.value,
        "sd": hist.sd,
        "t_ci": ends(shown),
        "pct_easy_5_7": easy.value,
        "wilson_ci_pct": ends(easy),
        "pct_difficult_1_3": estimates.bottom_box(hist).value,
    }


@check("ces-03")
def effort_of_five_points(inputs: Inputs) -> Result:
    hist = Histogram(CES_5, tuple(inputs["hist_1_5"]))
    mean = hist.mean
    assert mean is not None
    return {"mean_1_5": mean, "rescaled_1_7": CES_5.convert(mean, CES)}


def _arms(k1: int, n1: int, k2: int, n2: int) -> tuple[Histogram, Histogram]:
    return (
        Histogram(CSAT, (n1 - k1, 0, 0, 0, k1)),
        Histogram(CSAT, (n2 - k2, 0, 0, 0, k2)),
    )
