"""The settings of a real installation, in a process of their own: cookies, HTTPS, hosts, secrets, nothing of DEBUG."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.security.test_content_policy import POLICY
from tests.test_checks import PRODUCTION
from tests.world import FIXTURES
from tnoc_tracker.environment import DEVELOPMENT_KEY, secret_key

PROGRAM = """
import json, sys
import django
django.setup()
from django.conf import settings
from django.test import Client, override_settings

plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
told = []
with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
    for asked in json.loads(sys.argv[1]):
        client = Client(raise_request_exception=False)
        client.cookies.load(asked.pop("cookies", {}))
        answer = client.get(asked.pop("to"), **asked)
        cookies = {name: dict(cookie) for name, cookie in answer.cookies.items()}
        page = "" if answer.streaming else answer.content.decode()
        told.append({"status": answer.status_code, "headers": dict(answer.headers), "cookies": cookies, "page": page})
named = ("DEBUG", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE",
         "SESSION_COOKIE_NAME", "SESSION_COOKIE_DOMAIN", "SESSION_COOKIE_PATH", "PASSWORD_HASHERS")
print(json.dumps({"told": told, "settings": {name: getattr(settings, name) for name in named}}))
"""

HOST = {"HTTP_HOST": "tracker.example.govt.nz"}
ASKED: dict[str, dict[str, Any]] = {
    "page": {"to": "/sign-in/", "secure": True, **HOST},
    "over plain HTTP": {"to": "/sign-in/", **HOST},
    "through a proxy": {"to": "/sign-in/", "HTTP_X_FORWARDED_PROTO": "https", **HOST},
    "another host": {"to": "/sign-in/", "secure": True, "HTTP_HOST": "evil.example"},
    "another host over plain HTTP": {"to": "/sign-in/", "HTTP_HOST": "evil.example"},
    "a host in a header": {"to": "/", "secure": True, "HTTP_X_FORWARDED_HOST": "evil.example", **HOST},
    "alive": {"to": "/healthz", **HOST},
    "gallery": {"to": "/gallery/", "secure": True, **HOST},
    "administration": {"to": "/admin/", "secure": True, **HOST},
    "without a database": {"to": "/account/", "secure": True, "cookies": {"__Host-session": "x" * 32}, **HOST},
}

Told = dict[str, dict[str, Any]]


def production(**more: str) -> tuple[Told, dict[str, Any]]:
    """What an installation answers, each question by its name, and some of its settings."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(list(ASKED.values()))],
        cwd=FIXTURES.parent,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "tnoc_tracker.settings",
            "LOG_LEVEL": "CRITICAL",
            "EVENTS_TO": "stderr",
            **PRODUCTION,
            "DATABASE_URL": "sqlite:////nowhere/register.sqlite3",
            **more,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return dict(zip(ASKED, found["told"], strict=True)), found["settings"]


@pytest.fixture(scope="module")
def direct() -> tuple[Told, dict[str, Any]]:
    """An installation that says nothing of a proxy."""
    return production()


@pytest.fixture(scope="module")
def proxied() -> Told:
    """An installation behind a proxy that speaks HTTPS."""
    return production(BEHIND_PROXY="on")[0]


def test_cookies_are_for_this_host_alone_over_https_and_out_of_reach_of_scripts(direct: Any) -> None:
    told, settings = direct
    cookie = told["page"]["cookies"]["__Host-csrf"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["domain"]) == ("/", "")
    assert settings["SESSION_COOKIE_NAME"] == "__Host-session"
    assert settings["SESSION_COOKIE_SECURE"] is settings["SESSION_COOKIE_HTTPONLY"] is True
    assert settings["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert (settings["SESSION_COOKIE_PATH"], settings["SESSION_COOKIE_DOMAIN"]) == ("/", None)


def test_browsers_are_told_to_insist_on_https_for_a_year(direct: Any) -> None:
    told, _ = direct
    assert told["page"]["headers"]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    led = told["over plain HTTP"]
    assert (led["status"], led["headers"]["Location"]) == (301, "https://tracker.example.govt.nz/sign-in/")


def test_a_proxy_is_believed_only_where_there_is_one(direct: Any, proxied: Told) -> None:
    told, _ = direct
    assert told["through a proxy"]["status"] == 301
    believed = proxied["through a proxy"]
    assert believed["status"] == 200
    assert "max-age=31536000" in believed["headers"]["Strict-Transport-Security"]
    assert proxied["over plain HTTP"]["status"] == 301


def test_another_host_is_answered_with_a_page_of_ours_and_never_repeated(direct: Any, proxied: Told) -> None:
    for told in (direct[0], proxied):
        for asked in ("another host", "another host over plain HTTP"):
            answer = told[asked]
            assert answer["status"] == 400
            assert "TNOC Tracker" in answer["page"]
            assert "evil.example" not in json.dumps(answer)
            assert "frame-ancestors 'none'" in answer["headers"]["Content-Security-Policy"]
        assert "evil.example" not in json.dumps(told["a host in a header"])


def test_who_asks_whether_it_lives_needs_no_https(direct: Any) -> None:
    assert direct[0]["alive"]["status"] == 200


def test_nothing_of_development_is_there(direct: Any) -> None:
    told, settings = direct
    assert settings["DEBUG"] is False
    assert settings["PASSWORD_HASHERS"][0] == "django.contrib.auth.hashers.PBKDF2PasswordHasher"
    assert (told["gallery"]["status"], told["administration"]["status"]) == (404, 404)


def test_a_failure_shows_nothing_of_the_machine(direct: Any) -> None:
    answer = direct[0]["without a database"]
    assert answer["status"] >= 500
    assert "TNOC Tracker" in answer["page"]
    for telling in ("Traceback", "nowhere", "sqlite", "OperationalError", "tnoc_tracker", PRODUCTION["SECRET_KEY"]):
        assert telling not in answer["page"]
    assert answer["headers"]["Content-Security-Policy"].count("'self'") == POLICY_ITSELF
    assert "no-store" in answer["headers"]["Cache-Control"]


POLICY_ITSELF = sum(values == ["'self'"] for values in POLICY.values())

LONG_ENOUGH = "of-one-installation-0123456789-abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("", "SECRET_KEY is not set."),
        ("   ", "SECRET_KEY is not set."),
        (DEVELOPMENT_KEY, "SECRET_KEY is one that everybody can look up"),
        ("django-insecure-" + LONG_ENOUGH, "SECRET_KEY is one that everybody can look up"),
        (LONG_ENOUGH[:49], "SECRET_KEY is too short or too plain"),
        ("changeme" * 10, "SECRET_KEY is too short or too plain"),
    ],
)
def test_no_real_installation_starts_with_a_key_that_can_be_guessed(
    monkeypatch: pytest.MonkeyPatch, key: str, says: str
) -> None:
    monkeypatch.setenv("SECRET_KEY", key)
    with pytest.raises(ImproperlyConfigured, match=says) as refused:
        secret_key("SECRET_KEY", for_real=True)
    assert "secrets.token_urlsafe(50)" in str(refused.value)
    assert not key.strip() or key not in str(refused.value)


def test_a_key_of_ones_own_is_taken_and_trying_out_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", LONG_ENOUGH)
    assert secret_key("SECRET_KEY", for_real=True) == LONG_ENOUGH
    monkeypatch.delenv("SECRET_KEY")
    assert secret_key("SECRET_KEY", for_real=False) == DEVELOPMENT_KEY


def test_the_start_of_a_server_is_refused_in_one_sentence_with_the_demonstrations_key() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=FIXTURES.parent,
        env={"PATH": os.environ["PATH"], **PRODUCTION, "SECRET_KEY": DEVELOPMENT_KEY},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("SECRET_KEY is one that everybody can look up")
    assert len(done.stderr.strip().splitlines()) == 1
