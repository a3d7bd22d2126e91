"""Measurements, to be repeated by hand; nothing here is collected by pytest or decides whether a change is good.

    .venv/bin/python -m tests.benchmarks.verification 1000000 postgresql
    .venv/bin/python -m tests.benchmarks.past_positions 1000000 postgresql
    .venv/bin/python -m tests.benchmarks.pages small sqlite
    .venv/bin/python -m tests.benchmarks.report
    .venv/bin/python -m tests.benchmarks.all
    .venv/bin/python -m tests.benchmarks.same_activities postgresql --kill
    .venv/bin/python -m tests.benchmarks.people 200 postgresql
    .venv/bin/python -m tests.benchmarks.memory 10000 postgresql
    .venv/bin/python -m tests.benchmarks.starting
    .venv/bin/python -m tests.benchmarks.searches 200000 postgresql
    .venv/bin/python -m tests.benchmarks.regular_expressions

For ``verification``, ``past_positions`` and ``searches`` the number is that of entries (60,000 if nothing is said), for
``people`` of people, for ``memory`` of requests; then comes the database (SQLite). Each makes a throw-away database of
its own, which takes longer than the measurement: two minutes for a million. The registers that pages are measured in
have names (see data_sets.py).
"""

import os
import signal
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


def vendor_of(arguments: list[str]) -> str:
    """The first argument that names a database; SQLite where none does."""
    return next((each for each in arguments if each in VENDORS), "sqlite")


if not settings.configured:  # run by hand; the suite has chosen its database long before
    os.environ["DJANGO_SETTINGS_MODULE"] = f"tests.settings.{vendor_of(sys.argv[1:])}"
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ["MEASURED"] = "on"  # PostgreSQL syncs every commit, as in production
    django.setup()
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(1))  # servers and databases are cleared away all the same
