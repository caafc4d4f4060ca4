"""The numbers: functions of counts and durations, without Django and without a database.

Percentages and NPS are in points (0..100, -100..100), p-values are two-sided, confidence is .95
unless given. What cannot be computed is None: never 0, never NaN.
"""
