"""Measurements, to be repeated by hand; nothing here is collected by pytest or decides whether a change is good.

    .venv/bin/python -m tests.benchmarks.verification 1000000 postgresql
    .venv/bin/python -m tests.benchmarks.past_positions 1000000 postgresql
    .venv/bin/python -m tests.benchmarks.pages 0 sqlite

The first argument is the number of entries (60,000 if nothing is said), the second the database (SQLite). Each
makes a throw-away database of its own, which takes longer than the measurement: two minutes for a million.
"""

import os
import sys

import django
from django.conf import settings

VENDORS = ("sqlite", "postgresql")


def asked(arguments: list[str]) -> tuple[int, str]:
    """How many entries on which database."""
    entries, vendor = [*arguments[:2], *("60000", "sqlite")[len(arguments) :]]
    if not entries.isdecimal() or vendor not in VENDORS:
        sys.exit("Say how many entries, and sqlite or postgresql.")
    return int(entries), vendor


if not settings.configured:  # run by hand; the suite has chosen its database long before
    os.environ["DJANGO_SETTINGS_MODULE"] = f"tests.settings.{asked(sys.argv[1:])[1]}"
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    django.setup()
