"""One settings module: every value that a deployment may change comes from the environment.

docs/settings.md lists them all; a test fails where one is missing there.
"""

from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from cxjourney import env
from cxjourney.operating.reporting import report_errors
from cxjourney.sign_in.settings import *  # noqa: F403
from cxjourney.worker_settings import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret(
    "SECRET_KEY", VAR_DIR / "secret_key", insecure_default="insecure-debug-key" if DEBUG else None
)
# What may come from one address within a minute: answers to surveys, and calls of the API and of
# webhooks that are refused for a wrong token or signature. 0 sets no limit.
SURVEY_ANSWERS_PER_MINUTE = env.number("SURVEY_ANSWERS_PER_MINUTE", 60)
REFUSED_CALLS_PER_MINUTE = env.number("REFUSED_CALLS_PER_MINUTE", 60)
# Still believed after a change of the key, until what they signed has ended.
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SITE_IS_HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS", f"{urlsplit(SITE_URL).hostname},localhost,127.0.0.1,[::1]"
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    # Before feedback, whose admin takes their list of tasks out of the site.
    "django_tasks",
    "django_tasks_db",
    "cxjourney",
    "feedback",
    "touchpoints",
    "journeys",
    "cxjourney.admin.JourneyAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "import_export",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "cxjourney.operating.requests.request_log",
    "cxjourney.operating.health.health",
    "cxjourney.addresses.WithoutNul",
    "cxjourney.headers.SafeHeaders",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cxjourney.sign_in.sessions.NoteActivity",
    "cxjourney.sign_in.second_factor.SecondFactorRequired",
]

ROOT_URLCONF = "cxjourney.urls"
ASGI_APPLICATION = "cxjourney.asgi.application"
WSGI_APPLICATION = "cxjourney.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cxjourney.context.administration",
            ],
        },
    },
]

# Where the map's rows come from, in the order in which they are asked. A third party adds a
# lane with one module and one line here; `manage.py check` proves that each imports.
JOURNEY_MAP_SOURCES = [
    "journeys.map_source",
    "touchpoints.map_source",
    "feedback.map_source",
]

# What a map is made of, as undoing, versions and copies know it; a part after what it refers to.
JOURNEY_PARTS = ["journeys.parts", "touchpoints.parts"]

# The kinds of files that a map can be taken away as, in the order in which they are offered.
JOURNEY_EXPORTS = [
    "journeys.exports.posters",
    "journeys.exports.slides",
    "journeys.exports.persona_cards",
    "journeys.exports.offered",
    "feedback.exports",
]

DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'cxjourney.sqlite3'}"),
        conn_max_age=0,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # Writers wait for each other from the first statement, so no transaction is
        # refused halfway because another one wrote meanwhile.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # Beside what the address itself asks for, such as ?sslmode=require.
    _postgresql = DATABASES["default"].setdefault("OPTIONS", {})
    # Who waits longer for one of them is told to come again, instead of waiting on.
    _postgresql["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
    # To compile a query, or to start workers for it, takes longer than it saves in any that a page
    # asks.
    _postgresql.setdefault("options", "-c jit=off -c max_parallel_workers_per_gather=0")
# A streaming copy of the database, which answers what only looks.
if _replica := env.text("REPLICA_URL"):
    DATABASES["replica"] = DATABASES["default"] | dj_database_url.parse(
        _replica, conn_max_age=0, conn_health_checks=True
    )
    DATABASES["replica"] |= {
        "OPTIONS": DATABASES["default"].get("OPTIONS", {}) | DATABASES["replica"]["OPTIONS"],
        "TEST": {"MIRROR": "default"},
    }
    DATABASE_ROUTERS = ["cxjourney.replica.ReplicaRouter"]
    MIDDLEWARE.insert(2, "cxjourney.replica.reading")
CACHES = {
    # What all processes have to agree on, such as how often a sign-in failed. A migration makes
    # the table. What is full forgets, so that it must not be filled by who tries much.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # What each process keeps for itself: large, and soon made again.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100},
    },
    # Which sessions were noted to be in use of late.
    "noted": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "noted",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}
# How long a rendered map is kept; a change of the journey itself shows at once all the same.
MAP_CACHE_SECONDS = env.number("MAP_CACHE_SECONDS", 15)
DASHBOARD_CACHE_SECONDS = env.number("DASHBOARD_CACHE_SECONDS", 300)

# How many days a link to a journey, for people without an account, may last.
SHARE_MAX_DAYS = env.number("SHARE_MAX_DAYS", 365)

# Guesses the tone of English comments without a score, -1 to 1; empty guesses nothing.
COMMENT_TONE = env.text("COMMENT_TONE", "feedback.tone.lexicon")

# Lets outgoing webhooks use http and private addresses: for developing, or a network you trust.
OUTGOING_ANYWHERE = env.flag("OUTGOING_ANYWHERE", default=False)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "journeys.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    *(
        {"NAME": f"django.contrib.auth.password_validation.{name}"}
        for name in (
            "MinimumLengthValidator",
            "CommonPasswordValidator",
            "NumericPasswordValidator",
        )
    ),
]

EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "cxjourney@localhost")
# For how long an invitation to a workspace can be accepted.
INVITATION_DAYS = env.number("INVITATION_DAYS", 7)
# Mail servers turn away who sends much at once.
INVITATIONS_PER_MINUTE = env.number("INVITATIONS_PER_MINUTE", 60)
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.console.EmailBackend"
)

LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "cxjourney.formats"
TIME_ZONE = env.text("TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_DIR", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "cxjourney.finders.PlotlyFinder",
]
# A survey export has hundreds of columns, and each of them some fields in the form that maps it.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
# The largest file that the import page takes, in megabytes.
IMPORT_MAX_MB = env.number("IMPORT_MAX_MB", 2048)
# How long it is kept after its import ended.
IMPORT_FILES_KEPT_DAYS = env.number("IMPORT_FILES_KEPT_DAYS", 30)
# How long a finished export waits to be downloaded, in hours.
EXPORT_KEEP_HOURS = env.number("EXPORT_KEEP_HOURS", 24)
MEDIA_URL = "media/"
MEDIA_ROOT = VAR_DIR / "media"
# Outside the database: a backup of which does not know who was forgotten since.
ERASURE_LOG = Path(env.text("ERASURE_LOG", str(VAR_DIR / "erasures.jsonl")))
# Where the fonts of files are unpacked to, once.
FONT_DIR = VAR_DIR / "fonts"
# A font file for emoji in colour; without it they are drawn as signs in black.
EMOJI_FONT = env.text("EMOJI_FONT")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "cxjourney.static_storage.StaticStorage"
    },
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_IS_HTTPS
# No page reads the token out of its cookie.
CSRF_COOKIE_HTTPONLY = True
if SITE_IS_HTTPS:
    # Browsers take these from this host alone, over HTTPS alone: no other one of the domain can
    # plant them.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=SITE_IS_HTTPS)
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 31536000 if SITE_IS_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SITE_IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Whose X-Forwarded-For is believed: addresses and networks.
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES", "127.0.0.1,::1" if BEHIND_PROXY else "")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *OIDC_ORIGINS],  # noqa: F405
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "worker-src": [NONE],
        "upgrade-insecure-requests": SITE_IS_HTTPS,
        "manifest-src": [SELF],
    },
}

REST_FRAMEWORK = {
    # The first one names itself to whoever is not signed in: 401 and WWW-Authenticate.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "journeys.api_tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "journeys.api_tokens.TokenReaches",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "PAGE_SIZE": 100,
    # There is JSON only, so that `format` is free for the formats of exports.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "cxjourney",
    "DESCRIPTION": "Sends in what customers say and what happened to them; reads maps out again.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENFORCE_NON_BLANK_FIELDS": True,
    "ENUM_NAME_OVERRIDES": {"OutcomeKindEnum": "feedback.models.outcomes.OutcomeKind"},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "cxjourney.api_document.strict",
    ],
    # The document holds no data; tools that make clients from it come without a session.
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}

# A file that the worker touches; its age is in /readyz.
WORKER_SIGN = VAR_DIR / "worker-alive"
METRICS_TOKEN = env.text("METRICS_TOKEN")
SENTRY_DSN = env.text("SENTRY_DSN")
if SENTRY_DSN:
    report_errors(SENTRY_DSN, environment=urlsplit(SITE_URL).hostname or "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"present": {"()": "cxjourney.operating.logs.Present"}},
    "formatters": {
        "text": {"()": "cxjourney.operating.logs.TextFormatter"},
        "json": {"()": "cxjourney.operating.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["present"],
            "formatter": env.choice("LOG_FORMAT", ("text", "json")),
        }
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        # Django writes 4xx with their whole path; the line of each request says what is needed.
        "django.request": {"level": "ERROR"},
        # uvicorn writes in the same form as the rest, and not each request, with its query.
        "uvicorn": {"handlers": [], "level": "INFO", "propagate": True},
        "uvicorn.error": {"handlers": []},
        "uvicorn.access": {"handlers": [], "propagate": False},
        # It tells of a worker that begins and ends with every job.
        "django_tasks_db": {"level": "WARNING"},
        # They tell of every table of every font.
        "fontTools": {"level": "WARNING"},
        "fpdf": {"level": "WARNING"},
    },
}
