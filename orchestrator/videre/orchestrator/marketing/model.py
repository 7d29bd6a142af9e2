"""What marketing copy is made of, as values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from videre.common.values import TimeSpan
from videre.orchestrator.document import EvidenceRef
from videre.orchestrator.recommend.model import Trait

#: Raised when the same analysis gives other words or clips.
COPY_VERSION: Final = "1"
#: Languages that copy is written in.
LANGUAGES: Final = ("en", "zh")
#: Evidence ids beside one claim and fact.
_CITED: Final = 3
_MS: Final = 1_000_000


class Source(StrEnum):
    """Where a fact is taken from, which decides how it is spoken of."""

    SEEN = "seen"
    ABOUT = "about"
    HEARD = "heard"
    NAMED = "named"
    HAPPENS = "happens"
    FEELS = "feels"
    QUOTE = "quote"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement of an analysis that copy may rest on.

    Args:
        id: "f1", "f2" …, in the order of weight.
        source: where it comes from.
        trait: its kind, by which audiences like it; None of quotes and titles.
        value: id or word by which audiences like it.
        names: what it is called, by language; only in those it has a name in.
        weight: how much speaks for telling it, above 0.
        spans: when it holds, without what must not be shown; () of the whole.
        refs: its evidence, strongest first, without what must not be shown; never empty.
    """

    id: str
    source: Source
    trait: Trait | None
    value: str
    names: Mapping[str, str]
    weight: float
    spans: tuple[TimeSpan, ...]
    refs: tuple[EvidenceRef, ...]

    def evidence(self, within: TimeSpan | None = None) -> tuple[str, ...]:
        """Return the ids of the strongest evidence, of that within a stretch where there is any."""
        near = [one for one in self.refs if within is not None and one.span.overlaps(within)]
        return tuple(dict.fromkeys(one.id for one in near or self.refs))[:_CITED]


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of the film in the script, milliseconds.

    Args:
        shot: index of the shot that it lies in.
        start_ms: where in the film.
        end_ms: likewise, exclusive.
        begin_ms: where in the script.
        facts: ids of what holds in it, weightiest first.
    """

    shot: int
    start_ms: int
    end_ms: int
    begin_ms: int
    facts: tuple[str, ...]

    @property
    def length_ms(self) -> int:
        """Length, milliseconds."""
        return self.end_ms - self.start_ms

    @property
    def span(self) -> TimeSpan:
        """Where it lies in the film."""
        return TimeSpan(self.start_ms * _MS, self.end_ms * _MS)


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom copy is written for: what they like (1 = most), and what they do not want.

    `id` is the segment's, "" = everybody; values are folded, see `traits.folded`.
    """

    id: str = ""
    likes: Mapping[tuple[Trait, str], float] = field(default_factory=dict)
    avoids: frozenset[tuple[Trait, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a copy is written of: decided before any word is.

    Args:
        language: of `LANGUAGES`.
        facts: those with a name in the language, weightiest first.
        clips: of the script; () = there is none.
    """

    language: str
    facts: tuple[Fact, ...]
    clips: tuple[Clip, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Words with the ids of the facts that they rest on, and who wrote them."""

    text: str
    facts: tuple[str, ...]
    engine: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an engine writes of a plan.

    Args:
        titles: ideas, best first.
        hook: one line; None = none.
        highlights: each of one fact, which its line names first.
        voices: what is said over clips, by the number of the clip.
        hashtags: with their sign.
    """

    titles: tuple[Line, ...] = ()
    hook: Line | None = None
    highlights: tuple[Line, ...] = ()
    voices: Mapping[int, Line] = field(default_factory=dict)
    hashtags: tuple[Line, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """All of them."""
        hook = () if self.hook is None else (self.hook,)
        return (*self.titles, *hook, *self.highlights, *self.voices.values(), *self.hashtags)
