"""Churn, retained revenue and customer lifetime value."""


def churn(start: int, lost: int) -> float | None:
    """Percent of the customers at the start of the period who left; new ones stay out.

    None for no customers at the start. Raises ValueError unless 0 <= lost <= start.
    """
    if not 0 <= lost <= start:
        raise ValueError(f"{lost} of {start} customers cannot be lost.")
    return 100 * lost / start if start else None


def retention(start: int, lost: int) -> float | None:
    """100 - churn, in percent."""
    share = churn(start, lost)
    return None if share is None else 100 - share


def net_revenue_retention(
    start: float, expansion: float, contraction: float, churned: float
) -> float | None:
    """NRR in percent: (start + expansion - contraction - churned)/start, of recurring revenue.

    None for no revenue at the start. Raises ValueError for a negative amount, or more revenue
    lost than there was.
    """
    _check_amounts(start, expansion, contraction, churned)
    return 100 * ((start + expansion - contraction - churned) / start) if start else None


def gross_revenue_retention(start: float, contraction: float, churned: float) -> float | None:
    """GRR in percent, NRR without expansion: 100 at most. None and errors as for NRR."""
    _check_amounts(start, 0, contraction, churned)
    return 100 * ((start - contraction - churned) / start) if start else None


def clv_simple(revenue: float, gross_margin: float, churn_rate: float) -> float | None:
    """Lifetime value: revenue per period * margin / churn, rates in 0..1. None for no churn.

    Shown with its assumptions only: constant margin and churn, no discounting.
    """
    _check_rate("gross margin", gross_margin)
    _check_rate("churn", churn_rate)
    return revenue * gross_margin / churn_rate if churn_rate else None


def clv_discounted(
    revenue: float, gross_margin: float, churn_rate: float, discount_rate: float
) -> float | None:
    """Lifetime value m r/(1 + d - r), m margin and d discount per period, r retention (0..1).

    Source: Gupta and Lehmann. None when neither churn nor discount bounds it.
    """
    _check_rate("gross margin", gross_margin)
    _check_rate("churn", churn_rate)
    _check_rate("discount", discount_rate)
    bound = discount_rate + churn_rate
    return revenue * gross_margin * (1 - churn_rate) / bound if bound else None


def response_rate(answers: int, delivered: int) -> float | None:
    """Percent of the delivered invitations that were answered, None without any.

    Raises ValueError unless 0 <= answers <= delivered.
    """
    if not 0 <= answers <= delivered:
        raise ValueError(f"{answers} answers to {delivered} invitations.")
    return 100 * answers / delivered if delivered else None


def _check_rate(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"The {name} must be a rate of 0..1, not {value!r}.")


def _check_amounts(start: float, expansion: float, contraction: float, churned: float) -> None:
    if not all(amount >= 0 for amount in (start, expansion, contraction, churned)):
        raise ValueError("Amounts of revenue cannot be below 0.")
    if contraction + churned > start:
        raise ValueError("No more revenue can be lost than there was.")
