"""Histograms, rates and the like for hypothesis."""

from hypothesis import strategies as st

from feedback.metrics.friction import Rate, Sentiment, Wait
from feedback.metrics.groups import Groups
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import SCALES, Scale

SCALE_LIST = list(SCALES.values())
scales = st.sampled_from(SCALE_LIST)
counts = st.one_of(st.integers(0, 8), st.integers(0, 5000))


def histograms_on(scale: Scale) -> st.SearchStrategy[Histogram]:
    size = len(scale.points)
    return st.tuples(*[counts] * size).map(lambda values: Histogram(scale, values))


def answers_on(scale: Scale) -> st.SearchStrategy[list[int]]:
    return st.lists(st.sampled_from(list(scale.points)), max_size=60)


histograms = scales.flatmap(histograms_on)
effort_histograms = st.sampled_from([s for s in SCALE_LIST if s.metric != "nps"]).flatmap(
    histograms_on
)
pairs = scales.flatmap(lambda scale: st.tuples(histograms_on(scale), histograms_on(scale)))
groups = st.builds(Groups, counts, counts, counts)
rates = counts.flatmap(lambda base: st.builds(Rate, st.integers(0, base), st.just(base)))
waits = st.builds(
    Wait,
    st.floats(0, 1e6),
    st.floats(0.01, 1e6),
    counts,
    st.none() | st.floats(0, 1e4),
)
sentiments = st.builds(Sentiment, st.floats(-1, 1), counts)
votes = st.lists(st.integers(0, 4), max_size=12)
