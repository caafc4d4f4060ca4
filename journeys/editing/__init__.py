"""Editing a map: one edit, its rows before and after, and the ways back."""

from journeys.editing.edit import Conflict, Edit, EditRefused, editing
from journeys.editing.parts import Part, part_of, parts

__all__ = ["Conflict", "Edit", "EditRefused", "Part", "editing", "part_of", "parts"]
