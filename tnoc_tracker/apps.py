"""The composition root as a Django application: it knows everyone, and nobody imports it."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from tnoc_tracker import checks, installation
from tnoc_tracker.record.checks import INSTALLATION


class TrackerConfig(AppConfig):
    """Registers the system checks of an installation."""

    name = "tnoc_tracker"

    def ready(self) -> None:
        """Make the checks known to ``manage.py check``."""
        register(checks.sqlite_journal, Tags.compatibility)
        register(checks.demonstration_database, Tags.security)
        register(checks.pretended_day, Tags.compatibility)
        register(checks.mail, Tags.compatibility)
        register(installation.as_it_stands, INSTALLATION)
