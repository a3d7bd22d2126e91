"""``{% drawn "components/_bar.html" segments=row.segments %}``: a template of its own, drawn once for each content.

Like ``{% include … only %}``: the template knows the values that are named, and nothing else; not even the request. So
what it draws follows from them alone, and is kept by their content. After a change of the register a page draws anew
what the change is seen in, and takes the rest as it was drawn before.

What stands for the content is its pickle, with which two values are the same only where all is the same that the
template could show of them. A value that cannot be pickled is an error of the page's.
"""

from __future__ import annotations

import pickle
from hashlib import blake2b
from typing import Any

from django import template
from django.conf import settings
from django.template.base import FilterExpression, Node, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.utils.safestring import SafeString

from tnoc_tracker.store import store

register = template.Library()


class Drawn(Node):
    """Shows a template with some values as it was drawn before, or draws it."""

    def __init__(self, name: str, values: dict[str, FilterExpression]) -> None:
        """The template's name, and what it is to know."""
        self.name, self.values = name, values

    def render(self, context: Context) -> SafeString:
        """The template, kept by the content of its values where anything is kept at all."""
        values = {name: value.resolve(context) for name, value in self.values.items()}
        key = self.name, content_of(values)
        if not settings.REMEMBERED_CHARACTERS:
            return self.draw(context, values)
        drawn: SafeString | None = store.get(key)
        if drawn is None:
            drawn = self.draw(context, values)
            store.put(key, drawn, len(drawn))
        return drawn

    def draw(self, context: Context, values: dict[str, Any]) -> SafeString:
        """The template with these values and nothing else."""
        return context.template.engine.get_template(self.name).render(Context(values))  # type: ignore[union-attr]


def content_of(values: dict[str, Any]) -> bytes:
    """What stands for some values, types included: sixteen bytes, the same only for the same content."""
    return blake2b(pickle.dumps(values, pickle.HIGHEST_PROTOCOL), digest_size=16).digest()


@register.tag
def drawn(parser: Parser, token: Token) -> Drawn:
    """``{% drawn "template.html" name=value other=value %}``."""
    _, name, *given = token.split_contents()
    values = token_kwargs(given, parser)
    if given or name[0] not in "\"'":
        raise TemplateSyntaxError("drawn wants the name of a template in quotes, and then name=value only")
    return Drawn(name.strip("\"'"), values)
