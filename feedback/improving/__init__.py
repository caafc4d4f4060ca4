"""From a pain point to a fix that worked: opportunities, what is done, and what changed then."""
