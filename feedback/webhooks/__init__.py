"""What other tools send by themselves: signed, logged, counted once, and to be played again."""

from feedback.webhooks.receiving import forget_bodies, receive, replay
from feedback.webhooks.signatures import BadSignature, Stale, verified

__all__ = ["BadSignature", "Stale", "forget_bodies", "receive", "replay", "verified"]
