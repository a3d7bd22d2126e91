#!/usr/bin/env python
"""Run an administrative command of TNOC Tracker."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    if sys.argv[1:2] == ["demo"]:  # always its own database, whatever the environment says
        os.environ["DJANGO_SETTINGS_MODULE"] = "tnoc_tracker.demonstration.settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tnoc_tracker.settings")
    execute_from_command_line(sys.argv)
