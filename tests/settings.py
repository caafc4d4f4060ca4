"""The project's settings, with what a test may not depend on taken out of the environment."""

import os
from pathlib import Path
from tempfile import gettempdir

os.environ.setdefault("SECRET_KEY", "tests")

from cxjourney.settings import *  # noqa: F403

DEBUG = False
SITE_URL = "http://testserver"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # In a file, as people have it. In memory, the threads of a live server are refused at once
    # ("database table is locked") where in a file each waits for its turn.
    DATABASES["default"]["TEST"] = {  # noqa: F405
        "NAME": str(Path(gettempdir(), f"cxjourney-test-{os.getpid()}.sqlite3"))
    }
# Argon2 takes its time on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A kept page would hide what a test has just changed.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    "noted": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
# To note that a session is in use is one more query, which the tests that count them leave out.
SESSION_NOTED_SECONDS = 0
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # The manifest that production reads is written by collectstatic, which no test waits for.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
# A job is done when the test goes on. What runs in the background is tested with a worker.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
