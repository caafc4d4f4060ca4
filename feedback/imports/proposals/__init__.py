"""Proposing what the columns of a file mean, for a person to correct."""
