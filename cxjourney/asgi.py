"""The ASGI application that every server starts: `uvicorn cxjourney.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxjourney.settings")

django = get_asgi_application()

# These need Django to be set up.
from django.conf import settings  # noqa: E402

from cxjourney.body_limit import BodyLimit  # noqa: E402
from cxjourney.one_thread import OneThread  # noqa: E402
from feedback.api.requests import LONGEST_BODY as LONGEST_CALL  # noqa: E402
from feedback.views.hooks import LONGEST_BODY as LONGEST_DELIVERY  # noqa: E402
from feedback.views.survey_answers import LARGEST_BODY  # noqa: E402

# Django writes a body to the disk before anybody has signed in, so every address has a limit. The
# pages refuse what is too large for them in words that help; so these limits are wider.
application = BodyLimit(
    OneThread(django, lambda path: path.endswith("/live/")),
    {
        "/api/": LONGEST_CALL,
        "/hooks/": LONGEST_DELIVERY,
        "/s/": 16 * LARGEST_BODY,
        "/w/": 2 * settings.IMPORT_MAX_MB * 2**20,
        "/": LONGEST_CALL,
    },
)
