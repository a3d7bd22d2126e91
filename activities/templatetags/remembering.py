"""``{% remembered "name" %} … {% endremembered %}``: a part of a page that can be kept and shown again.

The page says in ``remembered_parts`` what is remembered of it, or where to put it (see ``views.remembering``);
without that the part is drawn like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString

register = template.Library()


@dataclass
class Parts:
    """The drawn parts of a page by name, and the count that its header shows; ``personal`` where it may not be kept."""

    overdue_count: int
    drawn: dict[str, SafeString] = field(default_factory=dict)
    personal: bool = False

    @property
    def size(self) -> int:
        """Characters of all parts."""
        return sum(map(len, self.drawn.values()))


class Remembered(Node):
    """Shows a part as it is remembered, or draws and remembers it."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        """The part's name within its page, and what it is made of."""
        self.name, self.nodelist = name, nodelist

    def render(self, context: Context) -> SafeString:
        """The part; a form's token in it belongs to one person, and keeps the whole page from being remembered."""
        parts: Parts | None = context.get("remembered_parts")
        if parts is None:
            return self.nodelist.render(context)
        if self.name not in parts.drawn:
            token = context.get("csrf_token")

            def personal() -> str:
                parts.personal = True
                return str(token)

            with context.push(csrf_token=SimpleLazyObject(personal)):
                parts.drawn[self.name] = self.nodelist.render(context)
        return parts.drawn[self.name]


@register.tag
def remembered(parser: Parser, token: Token) -> Remembered:
    """``{% remembered "main" %}``."""
    _, name = token.split_contents()
    nodelist = parser.parse(("endremembered",))
    parser.delete_first_token()
    return Remembered(name.strip("\"'"), nodelist)
