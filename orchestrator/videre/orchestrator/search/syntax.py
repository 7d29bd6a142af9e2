"""The query language: text → a tree of what is asked for. Pure.

    query  = either
    either = both { "OR" both }
    both   = item { [ "AND" ] item }
    item   = ( "NOT" | "-" ) item | "(" either ")" | [ field ":" ] value
    value  = word | '"' phrase '"' | "(" either ")"

Operators are capital letters; full-width brackets, quotes and colons are the same as plain ones. A
word is everything up to a blank, bracket or quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from videre.orchestrator.search.model import BY_NAME, WITH_IDS, Field
from videre.orchestrator.search.words import query_terms

#: Most terms of a query.
MAX_TERMS: Final = 64
#: Deepest nesting.
MAX_DEPTH: Final = 16
_PLAIN: Final = str.maketrans("（）“”＂：", '()""":')
_TOKEN: Final = re.compile(r'\s*(?:(?P<mark>[()"])|(?P<minus>-)(?=[^\s])|(?P<word>[^\s()"]+))')
_FIELD: Final = re.compile(r"[A-Za-z_]+:")
_ID: Final = re.compile(r"[\w./@-]+")


class QuerySyntaxError(ValueError):
    """A query that cannot be read.

    Args:
        position: character, from 0, where it goes wrong.
        problem: what is wrong.
        expected: what may stand there.
    """

    def __init__(self, position: int, problem: str, expected: str) -> None:
        super().__init__(f"{problem} at character {position}")
        self.position, self.problem, self.expected = position, problem, expected


@dataclass(frozen=True, slots=True)
class Match:
    """Terms at places counted from the first, in one field or (None) in any.

    Args:
        value: as it is written, where that may be an id; else "".
        ids: of labels, topics … that do as well, see `vocabulary`.
    """

    terms: tuple[tuple[str, int], ...]
    field: Field | None = None
    value: str = ""
    ids: frozenset[tuple[Field, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class All:
    """Everything holds."""

    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Something holds."""

    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    of: Node


Node: TypeAlias = Match | All | Either | Not


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(text: str) -> Node:
    """Read a query.

    Raises:
        QuerySyntaxError: it cannot be read, asks for nothing, or is too large.
    """
    reader = _Reader(text)
    tree = reader.either(None, 0)
    if reader.next is not None:
        raise QuerySyntaxError(reader.next.at, "a bracket closes nothing", "no )")
    if not _asks(tree):
        raise QuerySyntaxError(0, "there is nothing to look for", "a word, and not only under NOT")
    count = sum(len(match.terms) for match in matches(tree))
    if count > MAX_TERMS:
        raise QuerySyntaxError(0, f"has {count} terms", f"at most {MAX_TERMS} terms")
    return tree


def matches(node: Node, *, negated: bool = False) -> Iterator[Match]:
    """Yield what is looked for, in order.

    Args:
        negated: also what must not be there.
    """
    if isinstance(node, Match):
        yield node
    elif isinstance(node, Not):
        if negated:
            yield from matches(node.of, negated=True)
    else:
        for one in node.of:
            yield from matches(one, negated=negated)


def _asks(node: Node) -> bool:
    """Tell whether all that meets a query has something that it asks for."""
    if isinstance(node, All):
        return any(map(_asks, node.of))
    if isinstance(node, Either):
        return all(map(_asks, node.of))
    return isinstance(node, Match)


#: What a word without letters and digits asks for: it is left out.
_NOTHING: Final = All(())


class _Reader:
    """Reads tokens one after the other."""

    def __init__(self, text: str) -> None:
        self._text = text.translate(_PLAIN)
        self._at = 0
        self.next: _Token | None = None
        self._advance()

    def either(self, field: Field | None, depth: int) -> Node:
        """Read alternatives."""
        if depth > MAX_DEPTH:
            raise QuerySyntaxError(self._at, "is nested too deep", f"at most {MAX_DEPTH} levels")
        found = [self._both(field, depth)]
        while self._is_word("OR"):
            self._advance()
            found.append(self._both(field, depth))
        return found[0] if len(found) == 1 else Either(tuple(found))

    def _both(self, field: Field | None, depth: int) -> Node:
        found = [self._item(field, depth)]
        while self.next is not None and self.next.text != ")" and not self._is_word("OR"):
            if self._is_word("AND"):
                self._advance()
            found.append(self._item(field, depth))
        flat = [one for item in found for one in (item.of if isinstance(item, All) else (item,))]
        return flat[0] if len(flat) == 1 else All(tuple(flat))

    def _item(self, field: Field | None, depth: int) -> Node:
        token = self.next
        if token is None or token.text == ")" or self._is_word("OR") or self._is_word("AND"):
            at = len(self._text) if token is None else token.at
            raise QuerySyntaxError(at, "something is missing", "a word, a phrase or (")
        if token.kind == "minus" or self._is_word("NOT"):
            if depth > MAX_DEPTH:
                raise QuerySyntaxError(token.at, "is nested too deep", f"{MAX_DEPTH} levels")
            self._advance()
            inside = self._item(field, depth + 1)
            return Not(inside) if inside != _NOTHING else _NOTHING
        self._advance()
        if token.text == "(":
            return self._bracket(token, field, depth)
        if token.text == '"':
            return self._phrase(token, field)
        return self._word(token, field, depth)

    def _bracket(self, token: _Token, field: Field | None, depth: int) -> Node:
        inside = self.either(field, depth + 1)
        if self.next is None:
            raise QuerySyntaxError(token.at, "a bracket is not closed", ")")
        self._advance()
        return inside

    def _phrase(self, token: _Token, field: Field | None) -> Match:
        begin = token.at + 1
        end = self._text.find('"', begin)
        if end < 0:
            raise QuerySyntaxError(token.at, "a quote is not closed", '"')
        self._at = end + 1
        self._advance()
        return _match(self._text[begin:end], begin, field)

    def _word(self, token: _Token, field: Field | None, depth: int) -> Node:
        named = _FIELD.match(token.text)
        if named is None:
            return self._words(token.text, token.at, field)
        name = named.group()[:-1].lower()
        if name not in BY_NAME:
            known = ", ".join(f"{one}:" for one in sorted(BY_NAME))
            raise QuerySyntaxError(token.at, f"{name}: is no field", f"{known} or quotes")
        if field is not None:
            raise QuerySyntaxError(token.at, "a field stands within a field", "a word or a phrase")
        rest, at = token.text[named.end() :], token.at + named.end()
        if rest:
            return self._words(rest, at, BY_NAME[name])
        value = self.next
        if value is None or value.text not in ("(", '"') or value.at != at:
            raise QuerySyntaxError(at, f"{name}: has no value", "a word, a phrase or (")
        self._advance()
        if value.text == "(":
            return self._bracket(value, BY_NAME[name], depth)
        return self._phrase(value, BY_NAME[name])

    @staticmethod
    def _words(text: str, at: int, field: Field | None) -> Node:
        """Return what one written word asks for: an id, or all of its terms."""
        if field in WITH_IDS and _ID.fullmatch(text):
            return _match(text, at, field)
        found = tuple(Match(((term.text, 0),), field) for term in query_terms(text))
        if field is not None and not found:
            raise QuerySyntaxError(at, "has no letter or digit", "a word")
        return found[0] if len(found) == 1 else All(found)

    def _is_word(self, word: str) -> bool:
        return self.next is not None and self.next.kind == "word" and self.next.text == word

    def _advance(self) -> None:
        found = _TOKEN.match(self._text, self._at)
        if found is None:
            self._at, self.next = len(self._text), None
            return
        kind = str(found.lastgroup)
        self._at = found.end()
        self.next = _Token(kind, found.group(kind), found.start(kind))


def _match(text: str, at: int, field: Field | None) -> Match:
    terms = query_terms(text)
    if not terms:
        raise QuerySyntaxError(at, "has no letter or digit", "a word")
    first = terms[0].place
    placed = tuple((term.text, term.place - first) for term in terms)
    value = text if field in WITH_IDS and _ID.fullmatch(text) else ""
    return Match(placed, field, value)
