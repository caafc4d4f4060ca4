"""The report on friction and handoffs: every number with what it was computed from."""
