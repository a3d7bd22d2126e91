"""The agenda of a meeting, edited by the Secretariat: order, words, what is brought in, taken off and put back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

from activities.actions.meetings import add_item, bring_in, edit_item, order_agenda, put_back, take_off
from activities.forms.meetings import ItemForm, OrderForm, OwnItemForm, TakeOffForm
from activities.models import Activity
from activities.summaries.agenda import suggested
from activities.summaries.headline import be, numbered
from activities.summaries.meetings import items_of, seeking_in_words, standing
from activities.views.links import page_url
from activities.views.meeting_edit import MeetingPage, methods
from tnoc_tracker.record.forms import RegisterForm


class AgendaPage(MeetingPage):
    """The page on which the agenda as a whole is edited; its forms are sent to addresses of their own."""

    @cached_property
    def items(self) -> list[Any]:
        """Every item in order, those taken off included."""
        return items_of(self.reading, self.meeting)

    @property
    def on_agenda(self) -> list[Any]:
        """The items that stand on it."""
        return standing(self.items)

    def item(self, item_id: int) -> Any:
        """An item of this agenda, one taken off too; else 404."""
        found = next((each for each in self.items if each.id == item_id), None)
        if found is None:
            raise Http404
        return found

    def page(self, status: int = 200, order: OrderForm | None = None, **context: Any) -> HttpResponse:
        """The page as it is now, with a form that was sent and refused in its place."""
        present = {each.source for each in self.items}
        found = suggested(self.reading, self.meeting.held_on)
        form = order or OrderForm(items=self.on_agenda, stamp=self.stamp)
        off = [each for each in self.items if each.taken_off_on is not None]
        context |= {
            "form": form,
            "lines": [self._line(each, form) for each in self.on_agenda],
            "off": [{"item": each, "form": self._plain(f"back_{each.id}_%s")} for each in off],
            "new": [each for each in found if each.source not in present],
            "bring_form": self._plain("bring_%s"),
            "title": finding(self.on_agenda),
        }
        return self.show("meetings/agenda.html", status=status, **context)

    def _line(self, item: Any, form: OrderForm) -> dict[str, Any]:
        url = page_url(self.reading, "activity", item.key) if item.key else ""
        return {"item": item, "field": form.field_of(item), "url": url}

    def _plain(self, auto_id: str) -> RegisterForm:
        """A form that needs no words; several stand on the page, so that each names its fields by itself."""
        return RegisterForm(stamp=self.stamp, auto_id=auto_id)

    def pressed(self, act: Callable[[RegisterForm], Any], done: Callable[[Any], str]) -> HttpResponse:
        """Carry out what a form without words asks for; the whole page again where that is refused (422, 409)."""
        form = RegisterForm(self.request.POST)
        outcome = self.carry_out(form, lambda: act(form), done, self.agenda)
        if outcome.saved:
            return redirect(outcome.next_url)
        if outcome.conflict:
            told = self.overtaken(form, [])
            return replace(self, stamp=form["stamp"].value()).page(outcome.status, conflict=told)
        return self.page(outcome.status, refused=form)


def finding(items: Sequence[Any]) -> str:
    """The heading: ``5 of 12 items seek a decision``."""
    if not items:
        return "Nothing is on the agenda yet"
    return seeking_in_words(len(items), sum(1 for each in items if each.seeks_decision))


def sent_by(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view of the agenda that answers some methods; whoever may not edit is told so first, whatever they send."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def opened(request: HttpRequest, plan: str, meeting: int, **more: int) -> HttpResponse:
            page = AgendaPage.open(request, plan, meeting)
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return view(page, **more)

        return opened

    return decorate


@sent_by("GET", "HEAD")
def agenda(page: AgendaPage) -> HttpResponse:
    """The items with a number each, what the register suggests besides, and what was taken off."""
    return page.page()


@sent_by("POST")
def agenda_bring_in(page: AgendaPage) -> HttpResponse:
    """Bring in what the register suggests and the agenda does not have."""
    return page.pressed(
        lambda form: bring_in(meeting=page.meeting, **page.who(form)),
        lambda made: f"{numbered(len(made), 'item')} from the register {be(len(made))} at the end.",
    )


@sent_by("POST")
def agenda_put_back(page: AgendaPage, item: int) -> HttpResponse:
    """Put an item back in its place."""
    row = page.item(item)
    return page.pressed(
        lambda form: put_back(item=row, **page.who(form)),
        lambda item: f"“{item.heading}” is back on the agenda.",
    )


@sent_by("POST")
def agenda_order(page: AgendaPage) -> HttpResponse:
    """Put the agenda in the order of the numbers, with the item moved whose button was pressed."""
    form = OrderForm(page.request.POST, items=page.on_agenda)
    outcome = page.carry_out(
        form,
        lambda: order_agenda(meeting=page.meeting, order=whole_order(page.items, form.order), **page.who(form)),
        lambda _: "The agenda is in its new order.",
        page.agenda + (f"#item-{form.pressed}" if form.pressed else ""),
    )
    if outcome.saved:
        return redirect(outcome.next_url)
    if not outcome.conflict:
        return page.page(outcome.status, form)
    form.keep(form.order)
    return page.page(outcome.status, form, conflict=page.overtaken(form, orders_beside(page.on_agenda, form.order)))


def whole_order(items: Sequence[Any], order: Sequence[int]) -> list[int]:
    """The order with the items that were taken off where they are, so that they can be put back there."""
    placed = iter(order)
    return [next(placed) if each.taken_off_on is None else each.id for each in items]


def orders_beside(items: Sequence[Any], order: Sequence[int]) -> list[dict[str, str]]:
    """The places at which the agenda as it is now differs from an order that is not saved."""
    names = {each.id: each.heading for each in items}
    pairs = enumerate(zip(items, order, strict=True), start=1)
    return [
        {"label": f"Place {place}", "left": theirs.heading, "right": names[ours]}
        for place, (theirs, ours) in pairs
        if theirs.id != ours
    ]


@methods
def agenda_add(request: HttpRequest, plan: str, meeting: int) -> HttpResponse:
    """Add an item of the Secretariat's own at the end."""
    page = AgendaPage.open(request, plan, meeting)
    rows = list(page.reading.rows(Activity).filter(withdrawn_on=None).order_by("position"))
    form = page.form(OwnItemForm, activities=rows)
    names = ("heading", "text", "seeks_decision", "activity")
    return page.answer(
        form,
        lambda: add_item(meeting=page.meeting, **{name: form.cleaned_data[name] for name in names}, **page.who(form)),
        template="meetings/add.html",
        done=lambda item: f"“{item.heading}” is at the end of the agenda.",
        to=page.agenda,
    )


@methods
def agenda_item(request: HttpRequest, plan: str, meeting: int, item: int) -> HttpResponse:
    """Edit the words of an item, and whether the group is to decide."""
    page = AgendaPage.open(request, plan, meeting)
    row = page.item(item)
    now = {name: getattr(row, name) for name in ("heading", "text", "seeks_decision")}
    form = page.form(ItemForm, initial=now)
    return page.answer(
        form,
        lambda: edit_item(item=row, **{name: form.cleaned_data[name] for name in now}, **page.who(form)),
        template="meetings/item.html",
        done=lambda item: f"“{item.heading}” is saved.",
        to=page.agenda,
        item=row,
        words_of_now=now,
    )


@methods
def agenda_take_off(request: HttpRequest, plan: str, meeting: int, item: int) -> HttpResponse:
    """Take an item off the agenda, with a reason."""
    page = AgendaPage.open(request, plan, meeting)
    row = page.item(item)
    form = page.form(TakeOffForm)
    return page.answer(
        form,
        lambda: take_off(item=row, reason=form.cleaned_data["reason"], **page.who(form)),
        template="meetings/take_off.html",
        done=lambda item: f"“{item.heading}” is off the agenda.",
        to=page.agenda,
        item=row,
    )
