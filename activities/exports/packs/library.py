"""Libraries that not every installation has, loaded when a form is asked for: they are large, and optional."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class UnavailableForm(Exception):
    """A form cannot be made on this machine; the message is a sentence for whoever asked for it."""


def library(name: str, *, sentence: str) -> Any:
    """A library by name; ``UnavailableForm`` with the sentence where it, or what it stands on, is not installed.

    WeasyPrint raises ``OSError`` where Pango is missing.
    """
    try:
        return import_module(name)
    except (ImportError, OSError) as error:
        raise UnavailableForm(sentence) from error
