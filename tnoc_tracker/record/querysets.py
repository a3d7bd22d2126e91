"""The reading vocabulary that all tracked tables share: live rows, and rows as they were known at a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn, Self

from django.db import models
from django.db.models import OuterRef, Subquery

from tnoc_tracker.record.change import UnrecordedChange


class TrackedQuerySet(models.QuerySet[Any]):
    """A queryset that serves a live table and its history table alike, and refuses to write either.

    Names of fields are the same in both, but a joined name would be today's on a history row: reach related
    rows with ``Exists`` or ``Subquery`` on their own queryset, and use ``id``, never ``pk``.
    """

    def known_at(self, at: datetime) -> Self:
        """The rows of this live queryset as they stood at ``at``: history rows, at most one per object.

        Served by the index on (id, history_date, history_id); right because rows are never deleted.
        """
        history = self.model.history.model
        newest = (
            history.objects.filter(id=OuterRef("id"), history_date__lte=at)
            .order_by("-history_date", "-history_id")
            .values("history_id")[:1]
        )
        return type(self)(model=history, using=self.db).filter(
            history_id__in=self.order_by().annotate(newest_entry=Subquery(newest)).values("newest_entry")
        )

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise UnrecordedChange(
            "Tracked rows are changed one at a time by the use cases, never in bulk: bulk writes leave no entry."
        )

    update = _refuse
    delete = _refuse
    bulk_create = _refuse
    bulk_update = _refuse
    update_or_create = _refuse
    get_or_create = _refuse
