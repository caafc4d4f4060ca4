"""Conversations on a map: where they are, who is mentioned, and who is told of it."""
