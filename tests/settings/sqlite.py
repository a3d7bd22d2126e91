"""The suite on SQLite, under the options of production."""

from tests.settings.base import *  # noqa: F403
from tnoc_tracker.settings import database_settings

DATABASES = {"default": database_settings({"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"})}
