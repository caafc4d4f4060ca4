"""What the workshop's raters said: feelings and severities that scatter around a written mean."""

from random import Random

HIGHEST_FEELING = 2.0
HIGHEST_SEVERITY = 4


def feelings(mean: float, raters: int, rng: Random) -> list[float]:
    """Return one feeling per rater, −2 to +2, whose mean is `mean`; raters differ in pairs."""
    widest = min(0.6, HIGHEST_FEELING - abs(mean))
    offsets = [0.0] * (raters % 2)
    for pair in range(raters // 2):
        offset = round(widest * (pair + 1) / (raters // 2), 2)
        offsets += [offset, -offset]
    rng.shuffle(offsets)
    return [round(mean + offset, 2) for offset in offsets]


def severities(mean: float, raters: int, rng: Random) -> list[int]:
    """Return one severity per rater, 0 to 4, whose mean is as near to `mean` as whole votes get."""
    total = round(mean * raters)
    votes = [total // raters + (number < total % raters) for number in range(raters)]
    # Two who disagree, where the scale has room for both.
    if raters > 2 and votes[0] < HIGHEST_SEVERITY and votes[-1] > 0:
        votes[0] += 1
        votes[-1] -= 1
    rng.shuffle(votes)
    return votes
