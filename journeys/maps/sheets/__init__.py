"""Paper: one sheet, or tiles with a plan of how they go together."""
