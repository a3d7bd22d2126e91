#!/usr/bin/env python
"""Run an administrative command of TNOC Tracker."""

import os
import secrets
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

SIGNS_NOTHING = {"parse_plan", "collectstatic"}
"""Commands that neither sign nor serve anything: any secret does where none is set."""


def main(arguments: list[str]) -> None:
    """Choose the settings and run; a misconfiguration is a sentence, not a traceback."""
    command = arguments[1] if len(arguments) > 1 else ""
    if command == "demo":  # always its own database, whatever the environment says
        os.environ["DJANGO_SETTINGS_MODULE"] = "tnoc_tracker.demonstration.settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tnoc_tracker.settings")
    os.environ.setdefault("EVENTS_TO", "stderr")  # standard output is the command's own
    if command in SIGNS_NOTHING:
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(60))
    try:
        execute_from_command_line(arguments)
    except ImproperlyConfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv)
