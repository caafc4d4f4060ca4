import numpy as np

from feedback.metrics.cross_sums import CrossSums
from feedback.metrics.drivers import johnson, key_drivers, lmg, r_squared, std_beta
from feedback.metrics.penalty_reward import contrast_sums, penalty_reward
from tests.feedback.metrics.oracle_checks.cases import CASES, Inputs, Result, check


@check("kda-01")
def from_rows(inputs: Inputs) -> Result:
    rows = [
        [*scores, overall]
        for scores, overall in zip(
            inputs["touchpoint_scores_1_5"], inputs["overall_0_10"], strict=True
        )
    ]
    sums = CrossSums.from_rows([*inputs["names"], "overall"], rows)
    correlation = sums.correlation()
    drivers = key_drivers(sums)
    assert correlation is not None
    assert drivers is not None
    weights = johnson(correlation)
    return {
        "correlation_matrix": correlation.tolist(),
        "r2": drivers.r2,
        "lmg": drivers.importance,
        "lmg_share": drivers.shares,
        "johnson_relative_weights": weights,
        "johnson_share": [weight / sum(weights) for weight in weights],
        "performance_mean": drivers.performance,
        "importance_cut": 1 / len(drivers.names),
        "performance_cut": sum(drivers.performance) / len(drivers.names),
        "quadrants": drivers.quadrants,
    }


@check("kda-02")
def from_sums(inputs: Inputs) -> Result:
    sums = CrossSums.from_totals(
        ["onboarding", "support", "billing", "overall"],
        inputs["n"],
        inputs["sum_vector"],
        inputs["cross_product_matrix"],
    )
    drivers = key_drivers(sums)
    assert drivers is not None
    return {"r2": drivers.r2, "lmg": drivers.importance}


@check("kda-03")
def contrast(inputs: Inputs) -> Result:
    data = CASES[inputs["data"]]["inputs"]
    names = data["names"]
    sums = contrast_sums(names, data["touchpoint_scores_1_5"], data["overall_0_10"])
    result = penalty_reward(names, sums)
    assert result is not None
    drivers = result.contrasts
    assert drivers[2].kind is None, "The third driver is not classifiable"
    return {
        "intercept": result.intercept,
        "penalty": [driver.penalty for driver in drivers],
        "reward": [driver.reward for driver in drivers],
        "p_penalty": [driver.p_penalty for driver in drivers],
        "p_reward": [driver.p_reward for driver in drivers],
        "riocs": [driver.riocs for driver in drivers],
        "sgp": [driver.sgp for driver in drivers],
        "dgp": [driver.dgp for driver in drivers],
        "ia": [driver.asymmetry for driver in drivers],
        "counts_low": [driver.n_low for driver in drivers],
        "counts_high": [driver.n_high for driver in drivers],
    }


@check("kda-04")
def from_correlations(inputs: Inputs) -> Result:
    correlation = np.array(inputs["R"])
    return {
        "r2": r_squared(correlation),
        "lmg": lmg(correlation),
        "johnson": johnson(correlation),
        "std_beta": std_beta(correlation),
    }
