"""Components drawn once for each content: the same content gives what was drawn, any other is drawn for itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from django.http import QueryDict
from django.template import Context, Template, TemplateSyntaxError, engines
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from activities.filters import ActivityFilter
from activities.forms.narrowing import OverdueForm, TimelineForm
from activities.reading import Reading
from activities.templatetags.drawing import content_of
from tests.generated import half_a_year
from tests.scenes import after
from tests.world import World
from tnoc_tracker.store import store

EMPTY = "components/_empty.html"


@pytest.fixture
def switched_on(settings: Any) -> Iterator[Any]:
    """Keep what was drawn, as in production."""
    settings.REMEMBERED_CHARACTERS = 10_000
    store.clear()
    yield settings
    store.clear()


def draw(template: str, **context: Any) -> str:
    return engines["django"].from_string(template).render(context, RequestFactory().get("/?q=secret"))


def test_the_same_content_is_drawn_once(switched_on: Any) -> None:
    template = '{% drawn "components/_empty.html" title=title text="None." %}'
    first = draw(template, title="Nothing")
    assert "<h2>Nothing</h2>" in first
    assert draw(template, title="Nothing") == first
    assert len(store) == 1
    assert "<h2>Something</h2>" in draw(template, title="Something")
    assert len(store) == 2


def test_text_and_markup_of_the_same_letters_are_two_contents(switched_on: Any) -> None:
    template = '{% drawn "components/_empty.html" title=title %}'
    assert "<h2>&lt;b&gt;</h2>" in draw(template, title="<b>")
    assert "<h2><b></h2>" in draw(template, title=mark_safe("<b>"))


def test_a_template_knows_what_is_named_and_not_its_page_or_the_request(switched_on: Any) -> None:
    assert "Elsewhere" not in draw('{% drawn "components/_empty.html" title="Nothing" %}', text="Elsewhere")
    assert "secret" not in draw('{% drawn "components/_save_view.html" %}', request="secret")


def test_two_templates_of_the_same_values_are_two_drawings(switched_on: Any) -> None:
    one, other = (draw(f'{{% drawn "components/{name}.html" title="A" %}}') for name in ("_empty", "_heading"))
    assert one != other


def test_what_cannot_be_told_from_its_content_is_an_error_whether_anything_is_kept_or_not(settings: Any) -> None:
    for characters in (0, 10_000):
        settings.REMEMBERED_CHARACTERS = characters
        with pytest.raises((AttributeError, TypeError)):
            draw('{% drawn "components/_empty.html" title=title %}', title=lambda: (yield))


def test_nothing_is_kept_where_nothing_is_to_be_remembered(settings: Any) -> None:
    settings.REMEMBERED_CHARACTERS = 0
    assert "<h2>A</h2>" in draw('{% drawn "components/_empty.html" title="A" %}')
    assert len(store) == 0


@pytest.mark.parametrize("wrong", ["drawn name title=title", 'drawn "a.html" title', 'drawn "a.html" with title=title'])
def test_a_tag_that_cannot_be_read_is_refused_when_the_template_is_read(wrong: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        Template(f"{{% {wrong} %}}")


QUERIES = ["", "q=a", "q=b", "status=at_risk", "status=nonsense", "body=police&role=lead", "sort=-due", "q=a&q=b"]


@after(half_a_year)
def test_forms_that_look_different_have_different_contents(world: World) -> None:
    readings = [world.reading, Reading.on_day(world.plan, world.today - timedelta(days=100))]
    forms = [ActivityFilter(QueryDict(query), reading).form for query in QUERIES for reading in readings]
    for narrowing in (OverdueForm, TimelineForm):
        forms += [narrowing(reading, QueryDict(query)) for query in ("", "body=police", "x=1") for reading in readings]
    fields = engines["django"].get_template("components/_filter_fields.html").template
    drawn = [(fields.render(Context({"form": form})), content_of({"form": form})) for form in forms]
    assert len({look for look, _ in drawn}) > len(QUERIES)
    for (look, content), (other_look, other) in combinations(drawn, 2):
        assert look == other_look or content != other
