"""What other tools send by themselves: signed, logged, counted once, and to be played again."""

from feedback.webhooks.receiving import receive, replay
from feedback.webhooks.signatures import BadSignature, Stale, verified

__all__ = ["BadSignature", "Stale", "receive", "replay", "verified"]
