"""Settings of TNOC Tracker. Everything that differs between installations comes from the environment.

The README lists every variable with its default. Secrets come from the environment only; in production a
missing one stops the start with a message that says what to set.
"""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from tnoc_tracker.environment import (
    MAIL_PORTS,
    count,
    day,
    days,
    env,
    log_level,
    mail_server,
    secret_key,
    site_address,
    switch,
)

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = switch("DEBUG", default=False)
DEMONSTRATION = switch("TNOC_DEMONSTRATION", default=False)
TNOC_TODAY = day("TNOC_TODAY") if DEMONSTRATION else None

SECRET_KEY = secret_key("SECRET_KEY", for_real=not (DEBUG or DEMONSTRATION))

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PROTECTIVE_MARKING = env.str("PROTECTIVE_MARKING", default="")

CLOSED_DAYS = days("CLOSED_DAYS")
VERIFIED_WITHIN_HOURS = count("VERIFIED_WITHIN_HOURS", default=36)  # for /readyz; 0: it does not ask
RETURN_WORKING_DAYS = count("RETURN_WORKING_DAYS", default=10)
ESCALATION_WORKING_DAYS = count("ESCALATION_WORKING_DAYS", default=5)

BODY_FUNCTIONS = {
    "secretariat": env.str("SECRETARIAT_BODY", default="TNOC Secretariat"),
    "steering_group": env.str("STEERING_GROUP_BODY", default="TNOC Steering Group"),
}

# The tables of the register, guarded by the database itself. Web sessions, lock-outs, one-time links and
# once-only keys are not part of the record. A test fails when a tracked model is missing here.
GUARDED_MODELS = [
    "agencies.Body",
    "agencies.Person",
    "agencies.Membership",
    "activities.ActionPlan",
    "activities.PlanDocument",
    "activities.FocusArea",
    "activities.PriorityArea",
    "activities.Activity",
    "activities.Part",
    "activities.Role",
    "activities.CollectiveMember",
    "activities.Milestone",
    "activities.DateMove",
    "activities.DateProposal",
    "activities.StatusUpdate",
    "activities.Round",
    "activities.Return",
    "activities.Filing",
    "activities.Comment",
    "activities.Meeting",
    "activities.AgendaItem",
    "activities.Decision",
    "activities.DecisionReport",
    "activities.Pack",
    "activities.PackFile",
    "record.Redaction",
]
# Tables without a history whose rows are written once: neither changed nor deleted.
APPEND_ONLY_MODELS = ["activities.PackContent"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "rules",
    "simple_history",
    "template_partials",
    "tnoc_tracker.record",
    "agencies",
    "activities",
    "tnoc_tracker",
]

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",  # outermost: the next one answers a wrong host with a page already
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tnoc_tracker.middleware.PageCompressionMiddleware",
    "tnoc_tracker.middleware.RequestIdentifierMiddleware",
    "tnoc_tracker.middleware.SteadySessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tnoc_tracker.middleware.SignInRequiredMiddleware",
    "tnoc_tracker.middleware.IdleSessionMiddleware",
    "tnoc_tracker.middleware.StandingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "tnoc_tracker.middleware.SentAgainMiddleware",
    "tnoc_tracker.middleware.MethodMiddleware",
]

ROOT_URLCONF = "tnoc_tracker.urls"
WSGI_APPLICATION = "tnoc_tracker.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "tnoc_tracker.context.page",
            ],
            "builtins": [
                "django.templatetags.static",
                "activities.templatetags.drawing",
                "activities.templatetags.marks",
                "activities.templatetags.positions",
            ],
        },
    }
]
FORM_RENDERER = "tnoc_tracker.forms.Renderer"


def _sqlite(database: dict[str, Any]) -> dict[str, Any]:
    """SQLite that loses nothing: writers queue at BEGIN IMMEDIATE, every commit is synced, DELETE journal."""
    database["ENGINE"] = "tnoc_tracker.record.sqlite"  # a migration that rebuilds a table keeps its guards
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; PRAGMA foreign_keys=ON;",
    }
    return database


def _postgresql(database: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL with a small pool that survives a restart of the server, and limits on every statement."""
    database["CONN_MAX_AGE"] = 0
    database["CONN_HEALTH_CHECKS"] = True
    database.setdefault("OPTIONS", {}).update(
        {
            "pool": {"min_size": 2, "max_size": 6, "timeout": 10},
            "options": "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s",
        }
    )
    return database


def database_settings(address: dict[str, Any]) -> dict[str, Any]:
    """The options that belong to a parsed database address; other engines are refused."""
    if address["ENGINE"] == "django.db.backends.sqlite3":
        return _sqlite(address)
    if address["ENGINE"] == "django.db.backends.postgresql":
        return _postgresql(address)
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:/// or postgresql://.")


def _address(name: str, *, default: str = "") -> dict[str, Any]:
    """A parsed database address from the environment; refused where it is no address at all."""
    if "://" not in env.str(name, default=default):
        raise ImproperlyConfigured(f"{name} must begin with sqlite:/// or postgresql://.")
    address: dict[str, Any] = env.db(name, default=default)
    return address


def _owners_database(ordinary: dict[str, Any]) -> dict[str, Any] | None:
    """The same database under the role that owns its tables, for migrate and redact; None where there is one role."""
    if not env.str("MIGRATION_DATABASE_URL", default=""):
        return None
    owners = database_settings(_address("MIGRATION_DATABASE_URL"))
    if {owners["ENGINE"], ordinary["ENGINE"]} != {"django.db.backends.postgresql"}:
        raise ImproperlyConfigured("MIGRATION_DATABASE_URL is for PostgreSQL, with DATABASE_URL beside it.")
    if owners["NAME"] != ordinary["NAME"] or owners["USER"] == ordinary["USER"]:
        raise ImproperlyConfigured(
            "MIGRATION_DATABASE_URL must lead to the database of DATABASE_URL, under another role: the owner’s."
        )
    return owners


DATABASES = {"default": database_settings(_address("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}"))}
MIGRATION_DATABASE = _owners_database(DATABASES["default"])
PG_BIN = env.str("PG_BIN", default="")  # the folder of pg_dump and pg_restore; empty: they are on the PATH
CHECK_PREPARED = False  # for tests: compare every query that is kept with what would be put together now
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "agencies.Person"
AUTHENTICATION_BACKENDS = ["agencies.lockouts.LockingBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 16}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "agencies.password_rules.NotGuessable"},
]

AXES_FAILURE_LIMIT = 3
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]  # never by address: a whole agency may sit behind one
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "agencies.lockouts.same_answer"
AXES_USERNAME_FORM_FIELD = "username"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "agencies.lockouts.name_to_lock"
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = [  # what a failed attempt must not keep of the form it came from
    "username",
    "ip_address",
    "password",
    "current_password",
    "new_password",
    "again",
    "csrfmiddlewaretoken",
    "kept",  # what somebody had typed into another form (see agencies.views.kept)
    "next",
]
SILENCED_SYSTEM_CHECKS = [
    "axes.W006",  # asks for locking by address too, which would lock an agency out with one of its people
]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 30 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "tnoc_tracker.errors.csrf_failure"
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # asked by the proxy itself, over plain HTTP
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = switch("BEHIND_PROXY", default=False)  # it says whether a request came over HTTPS, and from where
if not (DEBUG or DEMONSTRATION):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    # With this prefix a browser takes them from this very host only, over HTTPS: no neighbour can plant one.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_SSL_REDIRECT = switch("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = count("SECURE_HSTS_SECONDS", default=365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if BEHIND_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Mail leaves where a server is set, and never from a demonstration; else it is kept in the database, at /mail/.
_mail = {} if DEMONSTRATION else mail_server("EMAIL_URL")
MAIL_LEAVES = bool(_mail)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL_LEAVES else 'dummy'}.EmailBackend"
EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _mail.get("EMAIL_PORT", MAIL_PORTS["smtp"])
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="")
SITE_ADDRESS = site_address("SITE_ADDRESS")  # of links in mail; empty: they are relative, which serves kept mail

LANGUAGE_CODE = "en-nz"
TIME_ZONE = "Pacific/Auckland"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["tnoc_tracker.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = None if DEBUG or DEMONSTRATION else BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is ever uploaded
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or DEMONSTRATION
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or DEMONSTRATION
REMEMBERED_CHARACTERS = count("REMEMBERED_CHARACTERS", default=8_000_000)  # of drawn pages, in each process; 0: none
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "tnoc_tracker.record.events.JsonLines"},
    },
    "filters": {
        "without keys": {"()": "tnoc_tracker.record.events.WithoutKeys"},
        "not twice": {"()": "tnoc_tracker.troubles.NotTwice"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["without keys"]},
        # Events go to standard output as JSON; a command's own output stays its own (see manage.py).
        "events": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "stream": "ext://sys.stderr" if env.str("EVENTS_TO", default="") == "stderr" else "ext://sys.stdout",
        },
    },
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # Refusals are on the access log; a mistyped form or address is no event, and no traceback in the log.
        "django.request": {
            "handlers": ["console"],
            "filters": ["not twice"],
            "level": "ERROR",
            "propagate": False,
        },
        "tnoc": {"handlers": ["events"], "level": log_level("LOG_LEVEL", default="INFO"), "propagate": False},
        "axes": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
