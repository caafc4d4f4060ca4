"""Pages of evidence and teams."""
