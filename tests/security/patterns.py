"""Every regular expression of the product, and text made to keep each of them busy.

They are found, not listed: what modules and classes hold, what functions write out, what addresses and forms use.
The text follows from the expression itself: one repetition of it at a time goes on for thousands of characters, and
what comes after is what it cannot end with.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

from django import forms
from django.core.validators import EmailValidator, RegexValidator
from django.urls import URLPattern, URLResolver, get_resolver

import activities
import agencies
import tnoc_tracker

PACKAGES = (activities, agencies, tnoc_tracker)
ROOT = Path(str(tnoc_tracker.__file__)).parent.parent
LEFT_OUT = re.compile(r"\.(migrations|settings|wsgi|demonstration\.settings)\b")
METHODS = ("match", "fullmatch", "search", "findall", "sub", "split")
TAILS = ("", "\0", "\0\0x", " ", "!")
"""What may come after a repetition: nothing, or what no expression of the product ends with."""

MANY = 10
"""A repetition that may go on for more than so many times can be kept busy."""


@dataclass(frozen=True)
class Found:
    """An expression, where it stands, and how it is used there."""

    where: str
    pattern: re.Pattern[str]
    methods: tuple[str, ...]


def modules() -> Iterator[ModuleType]:
    """Every module of the product."""
    for package in PACKAGES:
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not LEFT_OUT.search(each.name):
                yield importlib.import_module(each.name)


@cache
def every_expression() -> tuple[Found, ...]:
    """All of them, each once."""
    found = {(each.pattern.pattern, each.pattern.flags): each for each in _found()}
    return tuple(sorted(found.values(), key=lambda each: each.where))


def _found() -> Iterator[Found]:
    for pattern in _addresses(get_resolver()):
        compiled = re.compile(pattern.pattern.regex.pattern)  # type: ignore[union-attr]
        yield Found(f"address {pattern.name}", compiled, ("search",))
    for module in modules():
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        holders = [module, *(each for each in vars(module).values() if _is_class_of(each, module))]
        for holder in holders:
            for name, value in vars(holder).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    yield Found(f"{module.__name__}.{name}", value, _methods(source, name))
                if isinstance(holder, type) and issubclass(holder, forms.BaseForm) and name == "base_fields":
                    yield from _validators(f"{module.__name__}.{holder.__name__}", value)
        yield from _written_out(module.__name__, source)


def _is_class_of(value: object, module: ModuleType) -> bool:
    return isinstance(value, type) and value.__module__ == module.__name__


def _addresses(resolver: URLResolver) -> Iterator[URLPattern]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _addresses(each)
        else:
            yield each


def _methods(source: str, name: str) -> tuple[str, ...]:
    """How a module uses an expression; in every way where it does not itself."""
    used = set(re.findall(rf"\b{name}\.(\w+)\(", source)) & {*METHODS, "finditer", "subn"}
    plain = {"finditer": "findall", "subn": "sub"}
    return tuple(sorted({plain.get(each, each) for each in used})) or METHODS


def _validators(where: str, fields: dict[str, forms.Field]) -> Iterator[Found]:
    for name, field in fields.items():
        for each in field.validators:
            if isinstance(each, RegexValidator):
                yield Found(f"{where}.{name}", re.compile(each.regex.pattern, each.regex.flags), ("search",))
            if isinstance(each, EmailValidator):
                for regex in (each.user_regex, each.domain_regex):
                    yield Found(f"{where}.{name}", re.compile(regex.pattern, regex.flags), ("match",))


def _written_out(name: str, source: str) -> Iterator[Found]:
    """Expressions that stand in a call of ``re`` inside a function."""
    functions = [each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.FunctionDef)]
    for node in (inner for each in functions for inner in ast.walk(each)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        is_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
        if is_re and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            method = {"finditer": "findall", "compile": "search"}.get(node.func.attr, node.func.attr)
            if method in METHODS:
                yield Found(f"{name} line {node.lineno}", re.compile(node.args[0].value), (method,))


# Text that keeps an expression busy -------------------------------------------------------------------------------


def hostile(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """Texts of about a length, one repetition of the expression pumped in each."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    for pumped in _repeats(tree):
        for begin, body in product(
            (_example(tree, pumped, 0), "", "x"), {_example(pumped[2], None, 1), *_letters(pumped)}
        ):
            if body:
                for tail in TAILS:
                    yield begin + body * (length // len(body)) + tail


def _repeats(tree: Any) -> list[Any]:
    """Every repetition that may go on for long, as ``(least, most, what)``."""
    found = []
    for op, argument in tree:
        if op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT) and argument[1] > MANY:
            found.append(argument)
        for inner in _inner(op, argument):
            found += _repeats(inner)
    return found


def _inner(op: Any, argument: Any) -> list[Any]:
    if op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return [argument[2]]
    if op is codes.BRANCH:
        return list(argument[1])
    if op is codes.SUBPATTERN:
        return [argument[3]]
    if op in (codes.ASSERT, codes.ASSERT_NOT):
        return [argument[1]]
    return [argument] if op is codes.ATOMIC_GROUP else []


def _letters(pumped: Any) -> set[str]:
    """Single characters that what is repeated may be made of."""
    return {_one(op, argument) for op, argument in _flat(pumped[2])} - {""}


def _flat(tree: Any) -> Iterator[tuple[Any, Any]]:
    for op, argument in tree:
        inner = _inner(op, argument)
        if inner:
            for each in inner:
                yield from _flat(each)
        else:
            yield op, argument


def _example(tree: Any, stop_at: Any, least: int) -> str:
    """A short text that the expression begins with, up to one of its repetitions; the first way of each choice."""
    text = ""
    for op, argument in tree:
        if op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            if argument is stop_at:
                return text
            inner = _example(argument[2], stop_at, least)
            if stop_at is not None and stop_at in _repeats(argument[2]):
                return text + inner
            text += inner * max(argument[0], least)
        elif op is codes.BRANCH:
            ways = argument[1]
            way = next((each for each in ways if stop_at is not None and stop_at in _repeats(each)), ways[0])
            text += _example(way, stop_at, least)
            if stop_at is not None and stop_at in _repeats(way):
                return text
        elif op in (codes.SUBPATTERN, codes.ATOMIC_GROUP):
            (inner_tree,) = _inner(op, argument)
            text += _example(inner_tree, stop_at, least)
            if stop_at is not None and stop_at in _repeats(inner_tree):
                return text
        else:
            text += _one(op, argument)
    return text


def _one(op: Any, argument: Any) -> str:
    """A character that a part of an expression takes."""
    if op is codes.LITERAL:
        return chr(argument)
    if op is codes.ANY:
        return "a"
    if op is codes.NOT_LITERAL:
        return "a" if argument != ord("a") else "b"
    if op is codes.IN:
        if argument[0][0] is codes.NEGATE:
            taken = [chr(value) for kind, value in argument if kind is codes.LITERAL]
            return next(each for each in "a0 -_." if each not in taken)
        return _one(*argument[0])
    if op is codes.RANGE:
        return chr(argument[0])
    if op is codes.CATEGORY:
        return {"CATEGORY_DIGIT": "0", "CATEGORY_SPACE": " ", "CATEGORY_NOT_WORD": "-"}.get(str(argument), "a")
    return ""


def seconds(found: Found, text: str) -> float:
    """Processor time of using an expression on a text in every way that its module does; the best of two."""
    best = float("inf")
    for _ in range(2):
        begun = time.process_time()
        for method in found.methods:
            if method == "sub":
                found.pattern.sub("", text)
            else:
                getattr(found.pattern, method)(text)
        best = min(best, time.process_time() - begun)
        if best < 0.005:
            break
    return best


def slowest(found: Found, length: int) -> tuple[float, str]:
    """The most time that a hostile text of a length takes, and how that text begins."""
    return max(((seconds(found, text), text[:40]) for text in hostile(found.pattern, length)), default=(0.0, ""))
