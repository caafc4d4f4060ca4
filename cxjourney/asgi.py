"""The ASGI application that every server starts: `uvicorn cxjourney.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxjourney.settings")

django = get_asgi_application()

# These need Django to be set up.
from cxjourney.body_limit import BodyLimit  # noqa: E402
from feedback.api.requests import LONGEST_BODY as LONGEST_CALL  # noqa: E402
from feedback.views.hooks import LONGEST_BODY as LONGEST_DELIVERY  # noqa: E402

application = BodyLimit(django, {"/api/": LONGEST_CALL, "/hooks/": LONGEST_DELIVERY})
