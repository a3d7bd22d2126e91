"""What both test databases share: production's settings, with quick password hashes and no secrets."""

import os
import sys

os.environ["SECRET_KEY"] = "of-the-test-suite-and-of-nothing-else-0123456789abcdefghij"
os.environ.pop("DEBUG", None)
os.environ.pop("TNOC_DEMONSTRATION", None)
os.environ.pop("PROTECTIVE_MARKING", None)
os.environ.pop("MIGRATION_DATABASE_URL", None)
os.environ["SECURE_SSL_REDIRECT"] = "off"

from tnoc_tracker.settings import *  # noqa: F403

# Three hundred files of tests are compiled once, and not by every worker and every command of every run.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False  # the browser journeys speak plain HTTP on loopback
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "sessionid", "csrftoken"  # those of production want HTTPS
STORAGES = {  # the manifest of static files is made by collectstatic, which the suite does not run
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = None
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
VERIFIED_WITHIN_HOURS = 0  # the tests of /readyz set it
REMEMBERED_CHARACTERS = 0  # every page is drawn; tests/test_remembering.py and played years switch it on
