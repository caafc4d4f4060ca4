"""The ASGI application that every server starts: `uvicorn cxjourney.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxjourney.settings")

application = get_asgi_application()
