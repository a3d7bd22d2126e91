"""The geometry of the charts: plain values for the templates to draw.

Positions are percentages of the drawing's width, so that a chart stretches with its page while its marks
and letters keep their size. Nothing here knows the database, colours or words of a page.
"""

from activities.charts.bars import BarRow, Segment, stacked_bar
from activities.charts.places import Column
from activities.charts.steps import StepChart, Steps, step_chart
from activities.charts.timeline import DrawnMark, DrawnRow, Timeline, TimelineMark, TimelineRow, timeline

__all__ = [
    "BarRow",
    "Column",
    "DrawnMark",
    "DrawnRow",
    "Segment",
    "StepChart",
    "Steps",
    "Timeline",
    "TimelineMark",
    "TimelineRow",
    "stacked_bar",
    "step_chart",
    "timeline",
]
