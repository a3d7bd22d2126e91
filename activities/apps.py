"""What: plans, activities, milestones and everything said of them."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """The application that holds the register of a plan."""

    name = "activities"
    default_auto_field = "django.db.models.BigAutoField"
