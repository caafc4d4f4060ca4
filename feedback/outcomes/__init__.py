"""Outcome metrics: churn, NRR, time to value and any series of one's own, beside the map."""
