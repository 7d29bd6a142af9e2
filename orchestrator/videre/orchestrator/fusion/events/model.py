"""What an event is made of: rules over what was seen, heard, said and written. Pure.

A rule is a conjunction of clauses, each of which wants some of its conditions, without any of the
conditions under `none`, inside a window of time. `parse` makes rules from TOML and says what is
wrong with them; `evaluate` finds where they hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from videre.common.values import NS

#: Windows in which a rule holds make one event where at most this lies between them.
DEFAULT_JOIN_NS: Final = 3 * NS


class What(StrEnum):
    """What a condition looks at; the key under which it stands in a rule file."""

    SEE = "see"
    FACES = "faces"
    HEAR = "hear"
    VOICE = "voice"
    SPEAKERS = "speakers"
    WORDS = "words"
    TEXT = "text"
    TEMPO = "tempo"
    CUTS = "cuts"


class Condition(msgspec.Struct, frozen=True, gc=False, cache_hash=True):
    """One thing that must (or must not) be there.

    Args:
        what: what it looks at.
        names: taxonomy nodes (SEE, HEAR), shot sizes (FACES), kinds of text (TEXT), phrases in
            lower case (WORDS); () = any.
        classes: classes as engines name them, beside the nodes (SEE, HEAR).
        sources: names of the features whose evidence counts.
        tempo: slowest and fastest, thousandths of a beat per minute (TEMPO).
        min_score: weaker signs do not count, E4.
        min_count: so many at once (SEE, FACES, TEXT) or in the window (SPEAKERS, WORDS, CUTS).
        min_area: share of the picture that all of it fills at once, E4 (TEXT).
        min_move: how far it moves between two sampled frames, E4 of its height (FACES).
        min_share: share of the window in which it is there, E4.
        min_ns: time in the window in which it is there.
    """

    what: What
    names: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tempo: tuple[int, int] = (0, 0)
    min_score: int = 0
    min_count: int = 1
    min_area: int = 0
    min_move: int = 0
    min_share: int = 0
    min_ns: int = 0


@dataclass(frozen=True, slots=True)
class Clause:
    """At least so many of these conditions."""

    conditions: tuple[Condition, ...]
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class Case:
    """A small made-up film, and whether the rule finds its event there.

    Args:
        says: what the film shows, in words.
        fires: whether there is an event.
        evidence: what engines see and hear in it, as the rule file says it; see `cases`.
        seconds: its length.
        cuts: seconds at which shots begin, the first one's 0 left out.
        unchecked: features that no engine looked for.
    """

    says: str
    fires: bool
    evidence: tuple[tuple[tuple[str, object], ...], ...]
    seconds: float
    cuts: tuple[float, ...] = ()
    unchecked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of event.

    Args:
        id: unique name, such as "speaking_to_camera".
        node: taxonomy node of the event.
        about: what it is and what it is told by, in words.
        window_ns: length of the window; 0 = each shot is one.
        trust: how sure the event is where everything it needs is sure, E4.
        clauses: all of them must hold.
        none: none of them may hold.
        join_ns: windows at most this far apart are one event.
        min_ns: shorter events are none.
        cases: films that it must and must not find.
    """

    id: str
    node: str
    about: str
    window_ns: int
    trust: int
    clauses: tuple[Clause, ...]
    none: tuple[Condition, ...] = ()
    join_ns: int = DEFAULT_JOIN_NS
    min_ns: int = 0
    cases: tuple[Case, ...] = ()

    def conditions(self) -> Iterator[Condition]:
        """Yield every condition, those under `none` too."""
        for clause in self.clauses:
            yield from clause.conditions
        yield from self.none


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules in force; `version` names their content, and that of an operator's own."""

    version: str = ""
    rules: tuple[Rule, ...] = ()

    def conditions(self) -> tuple[Condition, ...]:
        """Return every condition of the rules once, in order."""
        return tuple(dict.fromkeys(c for rule in self.rules for c in rule.conditions()))


NO_EVENT_RULES: Final = RuleSet()
