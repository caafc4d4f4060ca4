"""What is called a change on the map: as careful with one small period as a comparison is."""

from feedback.changes import score_changes
from feedback.evidence import Evidence, Span
from feedback.metrics.claims import claim_p
from feedback.metrics.compare import compare
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import CES

FEW = Histogram(CES, (0, 0, 0, 0, 0, 0, 6))
MANY = Histogram(CES, (30, 20, 20, 20, 40, 90, 180))


def test_a_small_period_that_agrees_with_itself_is_no_change_of_colour():
    assert compare(MANY, FEW).p < 0.001
    assert claim_p(MANY, FEW, among_many=False) > 0.05
    evidence = Evidence(now=Span(scores={"ces": FEW}), before=Span(scores={"ces": MANY}))
    [change] = score_changes({1: evidence}, than="90 days before").values()
    assert not change.clear
