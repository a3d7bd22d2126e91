"""Who: bodies, people, memberships, roles and permissions."""

from importlib import import_module

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """The application that knows who anybody is and which body they belong to."""

    name = "agencies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the access log to signing in and out; its module needs the models, so not before now."""
        import_module("agencies.logs")
