"""Editing touchpoints and handoffs on their map, in the cell or as a page."""
