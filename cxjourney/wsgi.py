"""The WSGI application, for servers that hold no event streams."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxjourney.settings")

application = get_wsgi_application()
