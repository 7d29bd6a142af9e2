"""Copy by templates: phrases with facts in them, the same words for the same plan. Pure.

The phrases are packaged and rendered in Jinja2's sandbox; what films say and show is only ever a
value in them, never a template.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any, Final

from jinja2 import StrictUndefined, Template, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from videre.orchestrator.marketing.grounding import (
    HASHTAGS,
    HIGHLIGHTS,
    LONGEST,
    TITLES,
    VOICES,
    hashtag_of,
    voice_room_ms,
)
from videre.orchestrator.marketing.model import (
    COPY_VERSION,
    Clip,
    Draft,
    Fact,
    Line,
    Plan,
    Source,
)
from videre.orchestrator.marketing.speaking_time import speaking_ms
from videre.orchestrator.recommend.model import Trait

#: What wrote the words.
ENGINE: Final = f"templates@{COPY_VERSION}"
_PLACES: Final = ("a", "b", "c")
#: Facts that are tried together where several are named: the first ones.
_TRIED: Final = 8
#: Names of these kinds are common nouns, which English writes small.
_COMMON: Final = (Trait.TAG, Trait.TOPIC, Trait.EVENT, Trait.MOOD)
#: What a phrase may be about on its own: quotes and titles stand for themselves.
_TOLD: Final = (Source.SEEN, Source.ABOUT, Source.HEARD, Source.NAMED, Source.HAPPENS)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A template and the names of what it needs."""

    template: Template
    needs: frozenset[str]

    @property
    def facts(self) -> int:
        """Number of facts that it names by a, b and c."""
        return sum(place in self.needs for place in _PLACES)


@dataclass(frozen=True, slots=True)
class Phrases:
    """All phrases of a language; see data/en.toml."""

    titles: tuple[Phrase, ...]
    hooks: tuple[Phrase, ...]
    closings: tuple[Phrase, ...]
    highlights: Mapping[Source, Phrase]
    voices: Mapping[Source, tuple[Phrase, ...]]


@cache
def _phrases(language: str) -> Phrases:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False
    )
    environment.filters["cap"] = _capital
    text = (files(__package__) / "data" / f"{language}.toml").read_text("utf-8")
    data: dict[str, Any] = tomllib.loads(text)

    def phrase(source: str) -> Phrase:
        needs = meta.find_undeclared_variables(environment.parse(source))
        return Phrase(environment.from_string(source), frozenset(needs))

    def phrases(sources: Sequence[str]) -> tuple[Phrase, ...]:
        return tuple(map(phrase, sources))

    return Phrases(
        phrases(data["titles"]),
        phrases(data["hooks"]),
        phrases(data["closings"]),
        {Source(kind): phrase(one) for kind, one in data["highlights"].items()},
        {Source(kind): phrases(some) for kind, some in data["voices"].items()},
    )


def written(plan: Plan) -> Draft:
    """Return the copy of a plan."""
    writer = _Writer(plan)
    hook = next(writer.lines(writer.phrases.hooks, LONGEST["hook"]), None)
    return Draft(
        titles=writer.titles(),
        hook=hook,
        highlights=writer.highlights(),
        voices=writer.voices(hook),
        hashtags=writer.hashtags(),
    )


class _Writer:
    """Writes the copy of one plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.phrases = _phrases(plan.language)
        self._told = [fact for fact in plan.facts if fact.source in _TOLD]
        self._title = self._first(Source.TITLE)
        self._quote = self._first(Source.QUOTE)
        self._said: set[str] = set()
        self._used: Counter[Source] = Counter()

    def _first(self, source: Source) -> Fact | None:
        return next((fact for fact in self._plan.facts if fact.source is source), None)

    def titles(self) -> tuple[Line, ...]:
        """Return title ideas, one of each phrase."""
        ideas = self.lines(self.phrases.titles, LONGEST["title"])
        unique = {line.text.casefold(): line for line in ideas}
        return tuple(unique.values())[:TITLES]

    def highlights(self) -> tuple[Line, ...]:
        """Return what is worth watching for, of facts with times."""
        made = []
        for fact in self._plan.facts:
            phrase = self.phrases.highlights.get(fact.source)
            if phrase is not None and fact.spans:
                quoted = fact.source is Source.QUOTE
                line = self._line(phrase, () if quoted else (fact,), fact if quoted else None)
                if line is not None and len(line.text) <= LONGEST["highlight"]:
                    made.append(line)
        return tuple(made[:HIGHLIGHTS])

    def hashtags(self) -> tuple[Line, ...]:
        """Return a tag of each name."""
        made: dict[str, Line] = {}
        for fact in (*self._told, *(one for one in (self._title,) if one is not None)):
            tag = hashtag_of(fact.names[self._plan.language])
            if tag:
                made.setdefault(tag.casefold(), Line(tag, (fact.id,), ENGINE))
        return tuple(made.values())[:HASHTAGS]

    def voices(self, hook: Line | None) -> dict[int, Line]:
        """Return what is said over clips: the hook first, the call last, facts in between."""
        made: dict[int, Line] = {}
        last = len(self._plan.clips) - 1
        for number, clip in enumerate(self._plan.clips):
            if len(made) == VOICES:
                break
            line: Line | None = None
            if number == 0:
                line = self._fitting(iter(() if hook is None else (hook,)), clip)
                line = line or self._fitting(self.lines(self.phrases.hooks), clip)
            elif number == last:
                line = self._fitting(self.lines(self.phrases.closings), clip)
            line = line or self._told_of(clip)
            if line is not None:
                made[number] = line
        return made

    def _told_of(self, clip: Clip) -> Line | None:
        """Return words on what is in a clip and was not told yet."""
        here = set(clip.facts)
        new = [fact for fact in self._told if fact.id in here and fact.id not in self._said]
        for fact in new:
            alike = [fact, *(one for one in new if one.source is fact.source and one is not fact)]
            phrases = self.phrases.voices.get(fact.source, ())
            pairs = [one for one in phrases if one.facts == 2]
            single = [one for one in phrases if one.facts == 1]
            turn = self._used[fact.source] % len(single)
            for phrase in (*pairs, *single[turn:], *single[:turn]):
                line = self._line(phrase, alike[: phrase.facts])
                if line is not None and speaking_ms(line.text) <= voice_room_ms(clip):
                    self._used[fact.source] += 1
                    self._said.update(line.facts)
                    return line
        return None

    def _fitting(self, lines: Iterator[Line], clip: Clip) -> Line | None:
        return next((one for one in lines if speaking_ms(one.text) <= voice_room_ms(clip)), None)

    def lines(self, phrases: Sequence[Phrase], longest: int = 10_000) -> Iterator[Line]:
        """Yield a line of each phrase that can be said of the weightiest facts and is no longer."""
        for phrase in phrases:
            for facts in combinations(self._told[:_TRIED], phrase.facts):
                line = self._line(phrase, facts)
                if line is not None and len(line.text) <= longest:
                    yield line
                    break

    def _line(
        self, phrase: Phrase, facts: Sequence[Fact], quote: Fact | None = None
    ) -> Line | None:
        """Return a phrase said of facts; None where it needs what is not there."""
        if len(facts) < phrase.facts:
            return None
        values = dict(zip(_PLACES, map(self._name, facts), strict=False))
        cited = list(facts[: phrase.facts])
        for name, fact in (("title", self._title), ("quote", quote or self._quote)):
            if name in phrase.needs:
                if fact is None:
                    return None
                cited.append(fact)
                values[name] = fact.names[self._plan.language].rstrip(".。")
        text = phrase.template.render(values).strip()
        return Line(text, tuple(fact.id for fact in cited), ENGINE)

    def _name(self, fact: Fact) -> str:
        name = fact.names[self._plan.language]
        if self._plan.language == "en" and fact.trait in _COMMON:
            return " ".join(word if word.isupper() else word.lower() for word in name.split(" "))
        return name


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
