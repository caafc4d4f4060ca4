"""Sharing one journey by link: what is shown, who comes in, and what visitors say."""
