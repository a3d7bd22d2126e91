"""Reading the environment strictly: what cannot be understood stops the start with a sentence that says what to set."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def day(name: str) -> date | None:
    """A date from the environment (``2022-02-15``); None where it is not set."""
    text = env.str(name, default="")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a date such as 2022-02-15, not “{text}”.") from error


def days(name: str) -> list[date]:
    """Dates from the environment, with commas between; none where it is not set."""
    try:
        return [date.fromisoformat(text.strip()) for text in env.list(name, default=[])]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be dates such as 2022-02-07,2022-04-19: {error}.") from error


def switch(name: str, *, default: bool) -> bool:
    """A switch from the environment; a mistyped one stops the start rather than switching something off."""
    words = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
    text = env.str(name, default="").strip().lower() or ("on" if default else "off")
    if text not in words:
        raise ImproperlyConfigured(f"{name} must be on or off, not “{text}”.")
    return words[text]


def count(name: str, *, default: int) -> int:
    """A whole number from the environment, not negative."""
    text = env.str(name, default=str(default)).strip()
    if not (text.isascii() and text.isdecimal()):
        raise ImproperlyConfigured(f"{name} must be a whole number, not “{text}”.")
    return int(text)


def log_level(name: str, *, default: str) -> str:
    """How much is logged, as Python's logging calls it."""
    levels = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
    text: str = env.str(name, default=default).strip().upper()
    if text not in levels:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(levels)}, not “{text}”.")
    return text


def site_address(name: str) -> str:
    """Where people reach the register: scheme and host, without a slash at the end; refused where it is more."""
    text: str = env.str(name, default="").strip().rstrip("/")
    if text and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?", text):
        raise ImproperlyConfigured(f"{name} must be such as https://tracker.example.govt.nz, not “{text}”.")
    return text


DEVELOPMENT_KEY = "only-for-development-and-the-demonstration-never-for-real-data"
SHORTEST_KEY, LEAST_LETTERS = 50, 10
"""What Django's own check for deployment asks of a key, and so many different letters at the least."""


def secret_key(name: str, *, for_real: bool) -> str:
    """The key that signs sessions; a real installation does not start without one of its own that nobody can guess.

    What is said of a wrong one never quotes it.
    """
    text: str = env.str(name, default="").strip()
    if not for_real:
        return text or DEVELOPMENT_KEY
    how = (
        f"Set it to {SHORTEST_KEY} or more random characters, for example from "
        "`python3 -c 'import secrets; print(secrets.token_urlsafe(50))'`"
    )
    if not text:
        raise ImproperlyConfigured(f"{name} is not set. {how}, or set DEBUG=on to try things out.")
    if text == DEVELOPMENT_KEY or text.startswith("django-insecure-"):
        raise ImproperlyConfigured(f"{name} is one that everybody can look up, made for development. {how}.")
    if len(text) < SHORTEST_KEY or len(set(text)) < LEAST_LETTERS:
        raise ImproperlyConfigured(f"{name} is too short or too plain: it could be guessed. {how}.")
    return text


MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


def mail_server(name: str) -> dict[str, Any]:
    """A parsed address of an SMTP server; none where it is not set, refused where it is another kind of address."""
    text: str = env.str(name, default="").strip()
    if not text:
        return {}
    scheme, _separator, server_and_port = text.partition("://")
    if scheme not in MAIL_PORTS or not server_and_port:
        raise ImproperlyConfigured(f"{name} must be such as smtp+tls://user:password@mail.example.govt.nz.")
    try:
        server: dict[str, Any] = env.email_url(name)  # smtp+tls:// is STARTTLS, smtp+ssl:// TLS from the start
    except ValueError as error:  # a port that is no number
        raise ImproperlyConfigured(f"{name} cannot be read: {error}.") from error
    return {**server, "EMAIL_PORT": server["EMAIL_PORT"] or MAIL_PORTS[scheme]}
