"""continue_series: the next occurrences of recurring milestones, made as they fall due. Run it daily."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from activities.actions.milestones import continue_series
from activities.models import ActionPlan
from agencies.standing import Standing
from tnoc_tracker.record.change import in_request
from tnoc_tracker.record.clock import the_clock
from tnoc_tracker.record.days import long_date
from tnoc_tracker.record.management.database import database_in_words


class Command(BaseCommand):
    """Make every occurrence that falls due up to the end of this quarter, and at least up to the plan's end."""

    help = (
        "Make the occurrences of recurring milestones that fall due up to the end of this fiscal quarter, and at "
        "least up to the plan's end. Safe to run daily: what is there is left alone."
    )

    def handle(self, *_args: object, **_options: Any) -> None:
        """Go through every plan, and name what was made."""
        clock = the_clock()
        by, at, today = Standing.program("continue_series"), clock.now(), clock.today()
        made = 0
        with database_in_words(), in_request(f"continue_series {at.isoformat()}"):
            for plan in ActionPlan.objects.all():
                upto = max(plan.ends_on, plan.quarter_of(today).last_day)
                for row in continue_series(plan=plan, upto=upto, by=by, at=at):
                    made += 1
                    due = long_date(row.agreed_due) if row.agreed_due else "no date"
                    self.stdout.write(f"{plan.slug}: activity {row.activity.key}, {row}, {due}")
        self.stdout.write("1 occurrence made." if made == 1 else f"{made} occurrences made.")
