"""The suite on SQLite, under the options of production, in a file as in production."""

import os
import tempfile
from pathlib import Path

from tests.settings.base import *  # noqa: F403
from tnoc_tracker.settings import database_settings

_file = Path(tempfile.gettempdir()) / f"tnoc-tests-{os.getpid()}.sqlite3"
DATABASES = {
    "default": database_settings(
        {"ENGINE": "django.db.backends.sqlite3", "NAME": str(_file), "TEST": {"NAME": str(_file)}}
    )
}
