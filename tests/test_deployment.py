"""The files of ``deploy/`` fit together, and fit the product: commands exist, variables are known, limits agree."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.urls import reverse

from tests.world import FIXTURES
from tnoc_tracker.settings import database_settings

ROOT = FIXTURES.parent
DEPLOY = ROOT / "deploy"
README = (ROOT / "README.md").read_text()
CRON = (DEPLOY / "cron" / "tnoc-tracker").read_text()
NGINX = (DEPLOY / "nginx" / "tnoc-tracker.conf").read_text()
UNITS = sorted((DEPLOY / "systemd").iterdir())
DAILY = {"continue_series", "verify_history", "verify_packs", "clearsessions"}
HOURLY = {"send_reminders"}
BY_THE_OWNER = {"migrate", "redact", "backup", "restore"}


def unit(name: str) -> Any:
    """A unit of systemd, its sections as of an INI file; of settings given twice the last."""
    parsed = ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read(DEPLOY / "systemd" / name)
    return parsed


@pytest.fixture
def gunicorn(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    for name in ("BIND", "WEB_CONCURRENCY", "THREADS"):
        monkeypatch.delenv(name, raising=False)
    return runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))


def test_gunicorn_takes_its_configuration():
    command = [str(Path(sys.executable).with_name("gunicorn")), "--check-config"]
    command += ["--config", str(DEPLOY / "gunicorn.conf.py"), "wsgiref.simple_server:demo_app"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_gunicorn_opens_no_control_socket_and_writes_no_address_that_is_a_key(gunicorn: dict[str, Any]):
    assert gunicorn["control_socket_disable"] is True
    assert gunicorn["accesslog"] is None
    assert gunicorn["bind"].startswith("127.0.0.1:")


def test_every_thread_of_a_worker_finds_a_connection_in_its_pool(gunicorn: dict[str, Any]):
    database = database_settings({"ENGINE": "django.db.backends.postgresql"})

    assert gunicorn["threads"] <= database["OPTIONS"]["pool"]["max_size"]


def test_a_stop_waits_for_gunicorn_and_gunicorn_for_the_database(gunicorn: dict[str, Any]):
    database = database_settings({"ENGINE": "django.db.backends.postgresql"})
    (limit,) = re.findall(r"statement_timeout=(\d+)s", database["OPTIONS"]["options"])

    assert int(limit) < gunicorn["graceful_timeout"] < int(unit("tnoc-tracker.service")["Service"]["TimeoutStopSec"])
    assert gunicorn["graceful_timeout"] < gunicorn["timeout"]
    (kept,) = re.findall(r"keepalive_timeout (\d+)s", NGINX)
    assert int(kept) < gunicorn["keepalive"]


def test_the_units_name_files_that_there_are():
    for path in UNITS:
        for folder, name in re.findall(
            r"/opt/tnoc-tracker/((?!\.venv)[\w./-]+/)?([\w.-]+\.(?:py|conf))", path.read_text()
        ):
            assert (ROOT / folder / name).exists(), (path.name, folder, name)
        for name in re.findall(r"^Unit=(.*)$", path.read_text(), re.M):
            assert (DEPLOY / "systemd" / name.replace("%i", "")).exists()
    assert "--config deploy/gunicorn.conf.py" in unit("tnoc-tracker.service")["Service"]["ExecStart"]


def test_nothing_runs_as_root_or_reads_what_is_the_owners_but_the_backup():
    services = [path.name for path in UNITS if path.suffix == ".service"]
    assert {unit(name)["Service"]["User"] for name in services} == {"tnoc-tracker"}
    assert {name for name in services if "/etc/tnoc-tracker/owner" in (DEPLOY / "systemd" / name).read_text()} == {
        "tnoc-tracker-backup.service"
    }


def test_timers_cron_and_the_readme_run_the_same_commands():
    lines = [line for line in CRON.splitlines() if "deploy/manage " in line and not line.startswith("#")]
    by_cron = {line.partition("deploy/manage ")[2].split()[0]: line.split()[:2] for line in lines}
    assert set(by_cron) == DAILY | HOURLY | {"backup"}
    assert {name for name, (_, hour) in by_cron.items() if hour == "*"} == HOURLY
    for name in DAILY:
        assert f"tnoc-tracker-daily@{name}.timer" in README
    for name in HOURLY:
        assert f"tnoc-tracker-hourly@{name}.timer" in README
    assert "tnoc-tracker-backup.timer" in README
    assert set(by_cron) <= set(get_commands())


def test_nothing_of_a_key_or_a_search_is_on_the_proxys_log():
    (form,) = re.findall(r"log_format tnoc_tracker '(.*)';", NGINX)
    assert set(re.findall(r"\$\w+", form)).isdisjoint({"$request", "$request_uri", "$args", "$http_referer"})
    (keys,) = re.findall(r"location ~ (\^/\(calendar\S+) \{([^}]*)\}", NGINX)
    pattern, inside = keys
    assert "access_log off;" in inside
    assert "error_log /dev/null crit;" in inside
    for address in (reverse("calendar", args=["abc"]), reverse("invitation", args=["abc"])):
        assert re.match(pattern, address)


def test_the_proxy_lets_the_tracker_answer_what_is_too_large():
    (size,) = re.findall(r"client_max_body_size (\d+)m;", NGINX)

    assert int(size) * 1024 * 1024 > settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def variables(name: str) -> dict[str, str]:
    """What an example of an environment says."""
    return dict(re.findall(r"^(\w+)='([^'$]*)'$", (DEPLOY / name).read_text(), re.M))


def test_the_environments_variables_are_in_the_readmes_table():
    told = variables("environment.example") | variables("owner.example")
    lines = [
        line
        for name in ("environment.example", "owner.example")
        for line in (DEPLOY / name).read_text().splitlines()
        if line and not line.startswith("#")
    ]

    assert len(lines) == len(told), "a line is not NAME='value'"
    assert [name for name in told if f"| `{name}` |" not in README] == []


def test_the_environment_passes_every_check_for_deployment():
    told = {
        **variables("environment.example"),
        "SECRET_KEY": "of-the-test-suite-and-of-nothing-else-0123456789abcdefghij",
    }
    command = [sys.executable, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **told, **variables("owner.example")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", sorted(BY_THE_OWNER | DAILY | HOURLY))
def test_a_command_is_told_of_the_owner_only_where_it_needs_it(tmp_path: Path, command: str):
    for name in ("environment", "owner"):
        (tmp_path / name).write_text((DEPLOY / f"{name}.example").read_text())
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@ $DATABASE_URL $MIGRATION_DATABASE_URL"\n')
    python.chmod(0o755)
    who = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    given = {"PATH": os.environ["PATH"], "TRACKER_HOME": str(tmp_path), "TRACKER_SETTINGS": str(tmp_path)}
    done = subprocess.run(
        [DEPLOY / "manage", command, "--dry-run"],
        env={**given, "TRACKER_ACCOUNT": who},
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )

    owners = variables("owner.example")["MIGRATION_DATABASE_URL"] if command in BY_THE_OWNER else ""
    ordinary = variables("environment.example")["DATABASE_URL"]
    assert done.stdout.rstrip("\n") == f"manage.py {command} --dry-run {ordinary} {owners}"
