"""How every form of the product is drawn: the settings name ``Renderer`` as FORM_RENDERER.

The templates are in ``templates/django/forms``. Django sets ``aria-describedby`` and ``aria-invalid``;
this adds what those templates ask of a field.
"""

from __future__ import annotations

from typing import Any

from django.forms import BoundField, CheckboxInput, DateInput
from django.forms.renderers import TemplatesSetting

DATE_HINT = "Day first, for example 31/12/2021"


class DrawnField(BoundField):
    """A bound field that knows how it is laid out and where an error message leads."""

    def __init__(self, form: Any, field: Any, name: str) -> None:
        super().__init__(form, field, name)
        if self.is_date and not self.help_text:
            self.help_text = DATE_HINT

    @property
    def is_date(self) -> bool:
        """Whether a day is typed here, day first."""
        return isinstance(self.field.widget, DateInput)

    @property
    def is_check(self) -> bool:
        """Whether this is one box, whose label stands beside it."""
        return isinstance(self.field.widget, CheckboxInput)

    @property
    def error_target(self) -> str:
        """The id of the first control: a group of radios or boxes has none of its own."""
        return self.id_for_label or f"{self.auto_id}_0"

    def build_widget_attrs(self, attrs: Any, widget: Any = None) -> dict[str, Any]:
        """Django's attributes, with a date's own width and no guesses by the browser."""
        built = super().build_widget_attrs(attrs, widget)
        if self.is_date:
            built |= {"class": "date-input", "autocomplete": "off"}
        return built


class Renderer(TemplatesSetting):
    """Draws forms from the project's own templates."""

    bound_field_class = DrawnField
