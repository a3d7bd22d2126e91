"""Saving a form through a use case; shared with the pages of ``agencies``, where it lives."""

from agencies.views.saving import Outcome, save, save_once
from tnoc_tracker.record.forms import RegisterForm

__all__ = ["Outcome", "RegisterForm", "save", "save_once"]
