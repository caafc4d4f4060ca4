"""Hypothesis without a deadline, and the same examples in every run: no red by chance."""

from hypothesis import settings

settings.register_profile("metrics", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("metrics")
