"""Django's own British formats, but for the clock: it counts 24 hours, as on our own pages."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
