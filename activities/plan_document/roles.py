"""Reading a resourcing cell into roles: which body does what, in the kinds of `role_phrases`.

A clause is a run of bodies with the words that give them a role before or after them. Bodies that
stand alone lead ("TNOC Sector Coordination Group", "All agencies to conduct internal training"), but
only where the cell names no lead, coordinator or open lead otherwise. No role is ever invented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, TypedDict

from activities.plan_document.bodies import Body, BodyDirectory, without_article
from activities.plan_document.phrases import (
    MASK,
    Masked,
    Unread,
    clauses,
    is_mask,
    squash,
)
from activities.plan_document.role_phrases import (
    AFTER,
    ANY_AFTER,
    ANY_BEFORE,
    BEFORE,
    DUTY,
    KINDS,
    SCOPE_AFTER,
    SCOPE_NAMED,
    TASK,
    UNDECIDED,
)

MOST_BODIES: Final = 60
"""A run of more bodies than this is no cell of a plan: it is reported as a whole."""

ANSWERABLE: Final = ("named", "to_be_decided", "not_stated", "withheld")

# Between the bodies of a run, and between a run with its role and the next.
_SEPARATOR: Final = re.compile(r"\s?,\s?(?:and\s|&\s?)?|\s(?:and|as\swell\sas)\s|\s?[&/]\s?", re.I)
_JOINER: Final = re.compile(r"[\s,.]*(?:(?:and|&|with)\s(?=\S))?")

# A name no directory knows: capitalised words with the small words of names between them.
_CAPITALISED: Final = r"(?!\d+\b)[A-Z0-9À-ÖØ-ÞĀĒĪŌŪ][\w’'.\-]*"
_NAME: Final = re.compile(
    rf"(?:the\s)?{_CAPITALISED}(?:\s(?:(?:of|for|the|o|te|ngā|a|i)\s){{0,2}}{_CAPITALISED}){{0,7}}"
)
_GOES_ON: Final = re.compile(rf"\s{_CAPITALISED}")
_BRACKETED: Final = re.compile(r"\s\(([^()]{2,60})\)")
_NO_NAME: Final = re.compile(
    r"(?:lead|leads|led|support|supported|supporting|with|input|none|nil|n/a|tb[dca]|to|subject|all|each"
    r"|every|other|various|relevant|as|see|no|not|unknown|funding|within|existing|part|in|by|for)\b",
    re.IGNORECASE,
)


class RoleJSON(TypedDict):
    """A role in the plan exchange; `body` is the name of one of its bodies."""

    kind: str
    body: str | None
    as_published: str
    scope: str | None


@dataclass(frozen=True)
class Role:
    """What one body does, under the name the document prints; the body is None where withheld.

    The scope is the part of the activity that the role is for, None for the whole of it.
    """

    kind: str
    body: Body | None
    as_published: str
    scope: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"A role is {', '.join(KINDS)}, not “{self.kind}”.")
        if (self.kind == "withheld") != (self.body is None):
            raise ValueError("A withheld role, and no other, has no body.")

    def to_exchange(self) -> RoleJSON:
        """The role in the plan exchange, keys in its order."""
        return {
            "kind": self.kind,
            "body": self.body.name if self.body else None,
            "as_published": self.as_published,
            "scope": self.scope,
        }


@dataclass(frozen=True)
class Resourcing:
    """What a resourcing cell says, and whether somebody who answers for the activity is named."""

    answerable: str
    roles: tuple[Role, ...]
    withheld: tuple[str | None, ...]
    unread: tuple[Unread, ...]


def read_resourcing(cell: str, directory: BodyDirectory) -> Resourcing:
    """The roles of a resourcing cell, bodies found in the directory or taken as printed."""
    masked = Masked.of(cell)
    try:
        found = clauses(masked)
    except ValueError as error:
        return Resourcing("not_stated", (), masked.grounds, (Unread(squash(cell), str(error)),))
    reader = _Reader(masked, directory)
    for clause in found:
        reader.read(clause)
    reader.settle()
    return Resourcing(reader.answerable, tuple(reader.roles), masked.grounds, tuple(reader.unread))


@dataclass(frozen=True)
class _Named:
    """A body in a run: its words, whether a comma stands before it, and where it ends."""

    words: str
    after_comma: bool
    start: int
    end: int


@dataclass
class _Reader:
    """Takes clauses in order; `settle` then decides about the bodies that stand alone."""

    masked: Masked
    directory: BodyDirectory
    roles: list[Role] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    undecided: bool = False
    _alone: list[tuple[int, list[_Named], str]] = field(default_factory=list)
    _held: set[tuple[str, str, str | None]] = field(default_factory=set)
    _unknown: dict[str, Body] = field(default_factory=dict)
    _boundary: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        names = self.directory.any_name
        run = rf"(?:{names}|{MASK})(?:(?:,\s?|\sand\s|,\sand\s)(?:{names}|{MASK})){{0,12}}"
        self._boundary = re.compile(
            rf"(?:[,.]\s?|\s)(?:(?:and|with)\s)?(?={ANY_BEFORE})|(?:[,.]\s?(?:and\s)?|\sand\s)(?={run}\s{ANY_AFTER})",
            re.IGNORECASE,
        )

    @property
    def answerable(self) -> str:
        """`named` where a lead or coordinator is, also one that stands alone in the cell."""
        if any(role.kind in {"lead", "coordinator"} for role in self.roles):
            return "named"
        if self.undecided:
            return "to_be_decided"
        return "withheld" if any(role.kind == "withheld" for role in self.roles) else "not_stated"

    def read(self, clause: str) -> None:
        """Read one clause; what cannot be typed is reported from there to its end."""
        position = 0
        while position < len(clause):
            joiner = _JOINER.match(clause, position)
            start = joiner.end() if joiner else position
            if not clause[start:].strip(" ,."):
                return
            following = self._step(clause, start)
            if following is None:
                self._report(clause[start:], "no role of a kind known")
                return
            position = following

    def settle(self) -> None:
        """Decide about bodies that stand alone: they lead where the cell says nothing else."""
        told = self.undecided or any(role.kind in {"lead", "coordinator"} for role in self.roles)
        alone, self._alone = self._alone, []
        roles, self.roles = self.roles, []
        for place in range(len(roles) + 1):
            for index, run, words in alone:
                if index == place and told:
                    self._report(words, "it is not said what this body does")
                elif index == place:
                    self._add("lead", run, None)
            self.roles += roles[place : place + 1]

    def _step(self, clause: str, start: int) -> int | None:
        """Read the run of bodies at the position with its role, and give where it ends."""
        undecided = UNDECIDED.match(clause, start)
        if undecided:
            self.undecided = True
            return undecided.end()
        before = BEFORE.match(clause, start)
        if before:
            return self._after_phrase(clause, str(before.lastgroup), before.end())
        run = self._run(clause, start)
        if not run:
            return None
        if all(is_mask(named.words) for named in run) and not AFTER.match(clause, run[-1].end):
            self._add("withheld", run, None)
            return run[-1].end
        return self._before_phrase(clause, run)

    def _after_phrase(self, clause: str, kind: str, position: int) -> int | None:
        """The bodies after "supported by": those before the next comma if they begin a new run."""
        run = self._run(clause, position)
        following = AFTER.match(clause, run[-1].end) if run else None
        if following and following.lastgroup != kind:
            commas = [place for place, named in enumerate(run) if named.after_comma]
            run = run[: commas[-1] if commas else -1]
        if not run:
            return None
        rest, end = self._complement(clause, following.end() if following else run[-1].end)
        if following and following.lastgroup != kind:
            rest, end = "", run[-1].end
        scope, unread = _scope_named(rest)
        self._add(kind, run, scope)
        if unread:
            self._report(unread, "these words after a role are of no kind known")
        return end

    def _before_phrase(self, clause: str, run: list[_Named]) -> int | None:
        """The role of the bodies before "to lead", or of bodies that stand alone."""
        end = run[-1].end
        after = AFTER.match(clause, end)
        if after is None:
            rest, following = self._complement(clause, end)
            if rest and not TASK.match(rest):
                return None
            self._alone.append((len(self.roles), run, clause[run[0].start : following]))
            return following
        if "(" in after[0] and len(run) > 1:
            return None
        kind = str(after.lastgroup)
        rest, following = self._complement(clause, after.end())
        scope, unread = _scope(kind, rest)
        self._add(kind, run, scope)
        if unread:
            self._report(unread, "these words after a role are of no kind known")
        return following

    def _complement(self, clause: str, position: int) -> tuple[str, int]:
        """The words up to the next run with a role of its own, and where they end."""
        boundary = self._boundary.search(clause, position)
        end = boundary.start() if boundary else len(clause)
        return clause[position:end].strip(" ,"), end

    def _run(self, clause: str, position: int) -> list[_Named]:
        """The bodies at the position: names the directory knows, names as printed, masks."""
        run: list[_Named] = []
        after_comma = False
        while len(run) <= MOST_BODIES:
            named = self._named(clause, position, after_comma=after_comma)
            if named is None:
                return run
            run.append(named)
            separator = _SEPARATOR.match(clause, named.end)
            if separator is None:
                return run
            position, after_comma = separator.end(), "," in separator[0]
            if BEFORE.match(clause, position) or UNDECIDED.match(clause, position):
                return run
        return []

    def _named(self, clause: str, position: int, *, after_comma: bool) -> _Named | None:
        """The body at the position; a longer capitalised name beats a known one it begins with."""
        if is_mask(clause[position : position + 1]):
            return _Named(clause[position], after_comma, position, position + 1)
        found = self.directory.match(clause, position)
        longer = None if _NO_NAME.match(clause, position) else _NAME.match(clause, position)
        if found is None or (_GOES_ON.match(clause, found.end()) and not AFTER.match(clause, found.end())):
            found = longer or found
        if found is None:
            return None
        end = found.end() + self._other_name(clause, found)
        return _Named(found[0], after_comma, position, end)

    def _other_name(self, clause: str, found: re.Match[str]) -> int:
        """The length of the same body's other name in brackets: "Ministry of Justice (MOJ)"."""
        bracketed = _BRACKETED.match(clause, found.end())
        known = bracketed and self.directory.find(bracketed[1])
        return len(bracketed[0]) if bracketed and known == self.directory.find(found[0]) and known else 0

    def _add(self, kind: str, run: list[_Named], scope: str | None) -> None:
        """Add a role for each body of the run; a withheld one is withheld whatever it does."""
        printed = self.masked.restore(scope) if scope else None
        for named in run:
            if is_mask(named.words):
                self.roles.append(Role("withheld", None, self.masked.printed(named.words)))
                continue
            body = self._body(named.words)
            if (kind, body.name, printed) in self._held:
                self._report(named.words, "this body is named twice for the same role")
            else:
                self._held.add((kind, body.name, printed))
                self.roles.append(Role(kind, body, without_article(named.words), printed))

    def _body(self, name: str) -> Body:
        known = self.directory.find(name)
        if known:
            return known
        printed = re.sub(r"^[Tt]he\s", "", name)
        if printed not in self._unknown:
            self._unknown[printed] = Body.as_printed(printed)
            self._report(name, "no directory of bodies knows this name; it is taken as an agency")
        return self._unknown[printed]

    def _report(self, text: str, why: str) -> None:
        self.unread.append(Unread(self.masked.restore(text.strip(" ,")), why))


def _scope(kind: str, rest: str) -> tuple[str | None, str]:
    """The scope that follows a role's verb, and the words that are none."""
    if not rest or re.fullmatch(MASK, rest) or kind == "participant":
        # What participants join is no part of the activity (activity 1: "relevant governance groups").
        return None, ""
    if rest.startswith("and "):
        return None, "" if DUTY.match(rest, 4) else rest
    if kind == "contributor":
        return _scope_named(rest)
    words = SCOPE_AFTER.sub("", rest, count=1)
    return (words, "") if words[:1].isalnum() or words.startswith(("“", "(")) else (None, rest)


def _scope_named(rest: str) -> tuple[str | None, str]:
    """The scope that "for" or "on" introduces, and the words that are none."""
    if not rest or re.fullmatch(MASK, rest) or DUTY.match(rest.removeprefix("and ")):
        return None, ""
    named = SCOPE_NAMED.match(rest)
    if named and named.end() < len(rest):
        return rest[named.end() :], ""
    return None, rest
