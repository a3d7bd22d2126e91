"""The words that give a body its role, as tables: one row per kind, exact kinds never flattened.

The kinds and most words are those of the Action Plan 2021/22 ("supported by", "with input from",
"representatives to join"); the others are their plain variants. Words that make no role of these
kinds ("in consultation with", "in partnership with") are left out on purpose: they are reported.
"""

from __future__ import annotations

import re
from typing import Final

KINDS: Final = ("lead", "coordinator", "support", "contributor", "participant", "withheld")

_WILL: Final = r"(?:to|will|shall|should)\s"
_BE: Final = r"(?:is|are|will\sbe|to\sbe)\s"

# What follows the body: "Police to lead", "TNOC Secretariat to coordinate", "Customs (support)".
_AFTER: Final = {
    "lead": (
        rf"{_BE}(?:the\s)?(?:joint\s|overall\s|co-)?leads?(?:\sagenc(?:y|ies))?\b",
        rf"{_BE}(?:jointly\s|co-)?leading\b",
        rf"{_WILL}(?:jointly\s|co-)?lead\b",
        rf"{_WILL}take\sthe\slead\b",
        r"as\s(?:the\s)?(?:joint\s|co-)?leads?(?:\sagenc(?:y|ies))?\b",
        r"(?:jointly\s|co-)?leads?\b",
        r"\((?:the\s)?(?:joint\s|co-)?leads?(?:\sagenc(?:y|ies))?\)",
    ),
    "coordinator": (
        rf"{_WILL}co-?ordinate\b",
        rf"{_BE}co-?ordinating\b",
        rf"{_BE}(?:the\s)?co-?ordinators?\b",
        r"co-?ordinates?\b",
        r"\((?:the\s)?co-?ordinat(?:ors?|ion|ing)(?:\sagency)?\)",
    ),
    "support": (
        rf"{_WILL}(?:provide\s)?support\b",
        rf"{_WILL}(?:assist|provide\sassistance)\b",
        rf"{_BE}supporting\b",
        r"(?:in\ssupport|supports?)\b",
        r"\(support(?:ing)?(?:\sagenc(?:y|ies))?\)",
    ),
    "contributor": (
        rf"{_WILL}contribute\b",
        rf"{_WILL}provide\s(?:an?\s)?(?:inputs?|contributions?)\b",
        rf"{_BE}contributing\b",
        r"contributes?\b",
        r"\((?:contribut(?:ors?|ing)|inputs?)(?:\sagenc(?:y|ies))?\)",
    ),
    "participant": (
        rf"(?:representatives?\s)?{_WILL}(?:join|attend|participate(?:\sin)?|take\spart(?:\sin)?)\b",
        rf"(?:representatives?\s){_BE}(?:members?|participants?)\b",
        r"\((?:participants?|participating)\)",
    ),
}

# What stands before the body: "supported by Police", "with input from all agencies", "Lead: MOJ".
_BEFORE: Final = {
    "lead": (
        r"(?:jointly\s|co-)?led(?:\sjointly)?\sby\b",
        r"(?:joint\s|co-)?lead(?:s|ing)?(?:\s(?:agenc(?:y|ies)|body|bodies))?"
        r"(?:\s?[:\u2013\u2014]|\s-|\s(?:is|are)\b)",
        r"lead(?:ing)?\sagenc(?:y|ies)(?=\s[A-Z])",
    ),
    "coordinator": (
        r"co-?ordinat(?:ed|ion)\s(?:by|from)\b",
        r"co-?ordinat(?:ors?|ion|ing\sagenc(?:y|ies))(?:\s?[:\u2013\u2014]|\s(?:is|are)\b)",
    ),
    "support": (
        r"(?:with\s)?(?:the\s)?support(?:ed)?\s(?:from|by|of)\b",
        r"(?:with\s)?(?:the\s)?assist(?:ance|ed)\s(?:from|by|of)\b",
        r"support(?:ing)?(?:\s(?:agenc(?:y|ies)|body|bodies))?\s?[:\u2013\u2014]",
    ),
    "contributor": (
        r"(?:with\s)?(?:an?\s)?(?:inputs?|contributions?)\s(?:from|by|of)\b",
        r"(?:contribut(?:ors?|ions?|ing\sagenc(?:y|ies))|inputs?)\s?[:\u2013\u2014]",
    ),
    "participant": (
        r"(?:with\s)?participation\s(?:from|by|of)\b",
        r"(?:with\s)?representatives?\s(?:from|of)\b",
        r"participa(?:nts?|ting\sagenc(?:y|ies))\s?[:\u2013\u2014]",
    ),
}

_DECIDED: Final = r"(?:decided|determined|confirmed|agreed|appointed|advised|identified|assigned|named)"

UNDECIDED: Final = re.compile(
    r"(?:the\s|an?\s)?(?:lead(?:ership)?(?:\s(?:agenc(?:y|ies)|body|bodies|role))?\s?[:\u2013\u2014-]?\s?)"
    rf"(?:(?:is|are|still|yet)\s)*(?:TB[DCA]|to\sbe\s{_DECIDED}|not\syet\s{_DECIDED})\b"
    rf"|(?:TB[DCA]|to\sbe\s{_DECIDED})$",
    re.IGNORECASE,
)
"""A lead that is still to be decided; alone in a cell also without the word "lead"."""

_TASKS: Final = r"carry\sout|complete|conduct|deliver|develop|draft|implement|prepare|produce|publish|run|undertake"

TASK: Final = re.compile(rf"(?:to|will)\s(?:{_TASKS})\b", re.IGNORECASE)
"""The work itself, done by a body that stands alone: "to conduct internal training"."""

DUTY: Final = re.compile(
    rf"(?:(?:to|will)\s)?(?:{_TASKS}|keep|maintain|manage|monitor|oversee|report|review|update)\b",
    re.IGNORECASE,
)
"""What a body does beside its role: "and keep agenda up to date"."""

SCOPE_AFTER: Final = re.compile(
    r"(?:(?:for|on|of|in\srelation\sto|with\srespect\sto|regarding)(?=[\s:]|$)\s?:?)?\s?(?:the\s)?",
    re.IGNORECASE,
)
"""The words between a role and its scope: "to lead for border sector", "is leading the …"."""

SCOPE_NAMED: Final = re.compile(
    r"(?:for|on|to|in\srelation\sto|with\srespect\sto|regarding)\s(?:the\s)?", re.IGNORECASE
)
"""The words that must introduce the scope of a role whose verb takes no object."""


def _alternation(table: dict[str, tuple[str, ...]]) -> str:
    """One expression of the whole table, each kind a group of its own."""
    return "|".join(f"(?P<{kind}>{'|'.join(words)})" for kind, words in table.items())


def _plain(table: dict[str, tuple[str, ...]]) -> str:
    return "|".join(word for words in table.values() for word in words)


AFTER: Final = re.compile(rf"\s?(?:{_alternation(_AFTER)})", re.IGNORECASE)
BEFORE: Final = re.compile(rf"(?:{_alternation(_BEFORE)})\s?", re.IGNORECASE)

ANY_AFTER: Final = rf"(?:{_plain(_AFTER)})"
ANY_BEFORE: Final = rf"(?:{_plain(_BEFORE)})"
