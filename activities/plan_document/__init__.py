"""The published document and the plan exchange: reading, checking and giving back.

Plain Python without Django or a database. `parse_plan` makes the plan exchange (version 1) of a
tab-separated plan; `dumps` and `source_bytes` give its canonical text and the document it came from;
`validate` says what is wrong with an exchange that somebody else made.
"""

from activities.plan_document.bodies import Body, BodyDirectory
from activities.plan_document.document import parse_plan
from activities.plan_document.exchange import ExchangeJSON, dumps, source_bytes
from activities.plan_document.grounds import format_ground, withheld_words
from activities.plan_document.prose import Item, Prose
from activities.plan_document.table import NotAPlan
from activities.plan_document.validation import validate

__all__ = [
    "Body",
    "BodyDirectory",
    "ExchangeJSON",
    "Item",
    "NotAPlan",
    "Prose",
    "dumps",
    "format_ground",
    "parse_plan",
    "source_bytes",
    "validate",
    "withheld_words",
]
