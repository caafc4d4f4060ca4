"""Two sides of a journey's numbers, or of two journeys', and what their difference says."""
