from feedback.metrics import durations, revenue
from feedback.metrics.survival import kaplan_meier
from tests.feedback.metrics.oracle_checks.cases import Inputs, Result, check


@check("time-01")
def first_reply(inputs: Inputs) -> Result:
    minutes = inputs["minutes"]
    return {
        "median": durations.quantile(minutes, 0.5),
        "p90": durations.quantile(minutes, 0.9),
        "mean": durations.mean(minutes),
        "within_30": durations.share_within(minutes, 30),
    }


@check("time-02")
def median_interval(inputs: Inputs) -> Result:
    interval = durations.median_interval(inputs["minutes"], inputs["conf"])
    assert interval is not None
    return {
        "order_stats": [interval.lower_rank, interval.upper_rank],
        "ci": [interval.low, interval.high],
        "coverage": interval.coverage,
    }


@check("time-04")
def time_to_value(inputs: Inputs) -> Result:
    curve = kaplan_meier(inputs["days"], inputs["reached"])
    assert curve is not None
    return {
        "survival": {str(day): share for day, share in curve.steps},
        "median_days": curve.median,
        "reached_by_day_7": curve.reached_by(7),
    }


@check("rev-01")
def retention(inputs: Inputs) -> Result:
    start, lost = inputs["start_customers"], inputs["lost"]
    revenue_lost = inputs["contraction"], inputs["churned_mrr"]
    return {
        "churn_pct": revenue.churn(start, lost),
        "retention_pct": revenue.retention(start, lost),
        "nrr_pct": revenue.net_revenue_retention(
            inputs["start_mrr"], inputs["expansion"], *revenue_lost
        ),
        "grr_pct": revenue.gross_revenue_retention(inputs["start_mrr"], *revenue_lost),
    }


@check("rev-02")
def lifetime_value(inputs: Inputs) -> Result:
    given = inputs["arpa_month"], inputs["gross_margin"], inputs["monthly_churn"]
    return {
        "clv_simple": revenue.clv_simple(*given),
        "clv_discounted": revenue.clv_discounted(*given, inputs["monthly_discount"]),
    }
