"""Keeping little about people, keeping it apart, and forgetting it."""
