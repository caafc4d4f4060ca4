"""Pages to start from: new journeys, templates, copies, saved views, and presenting."""
