"""How dates and times are written where a page leaves it to Django, as the admin does."""
