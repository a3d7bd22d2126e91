"""Settings of ``manage.py demo``: the ordinary ones, on a throw-away SQLite file of its own."""

import os
from pathlib import Path

_DATABASE = Path(__file__).resolve().parents[2] / "demo.sqlite3"

os.environ["TNOC_DEMONSTRATION"] = "on"
os.environ["DATABASE_URL"] = f"sqlite:///{_DATABASE}"
os.environ.pop("TNOC_TODAY", None)

from tnoc_tracker.settings import *  # noqa: E402, F403
from tnoc_tracker.settings import LOGGING  # noqa: E402

ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
LOGGING["loggers"] |= {"django.server": {"level": "ERROR"}, "tnoc": {"level": "ERROR"}}
