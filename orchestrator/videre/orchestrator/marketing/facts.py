"""What an analysis says that copy may rest on: facts with their names and evidence. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from videre.common.values import SCORE_ONE, TimeSpan
from videre.exports.speech_script import is_chinese, words_of
from videre.orchestrator import document as d
from videre.orchestrator.document import Analysis, EvidenceRef
from videre.orchestrator.lexicon.topic_map import TopicMap
from videre.orchestrator.marketing.model import Audience, Fact, Source
from videre.orchestrator.marketing.safety import Objections, is_plain, without
from videre.orchestrator.recommend.model import Trait
from videre.orchestrator.recommend.traits import folded, primary
from videre.orchestrator.search.vocabulary import MOODS
from videre.orchestrator.taxonomy.model import Taxonomy

#: Fields of an analysis that are read here.
READ: Final = (
    "labels", "text_lines", "utterances", "events", "keywords", "entities", "topics", "film_mood",
    "library_matches",
)  # fmt: skip
#: Most facts of one copy.
MOST: Final = 60
#: Statements that are less sure are not told to anybody.
_SURE: Final = 5_000
#: Words are quoted where so sure, so long (words), and at most so many characters.
_QUOTED: Final = 9_000
_QUOTE_WORDS: Final = (3, 12)
_QUOTE_LENGTH: Final = 80
_LONGEST_NAME: Final = 60
#: How much a statement of each kind counts beside its score. A name says more than a word, a mood
#: is an ornament; not tuned on any data.
_COUNTS: Final[Mapping[Source, float]] = {
    Source.TITLE: 2.0, Source.NAMED: 1.2, Source.HAPPENS: 1.1, Source.SEEN: 1.0, Source.ABOUT: 1.0,
    Source.HEARD: 0.8, Source.QUOTE: 0.6, Source.FEELS: 0.5,
}  # fmt: skip
#: How much more a fact counts that an audience likes most.
_LIKED: Final = 3.0
#: Moods that somebody may want to be in.
_MOODS: Final = (d.MoodKind.PLEASURE, d.MoodKind.EXCITEMENT, d.MoodKind.RELAXATION)
_ENTITIES: Final = {d.EntityKind.PERSON: Trait.PERSON, d.EntityKind.PLACE: Trait.PLACE}
_PERSONS: Final = "persons"
#: Kinds that are told by how they are spelt.
_SPELT: Final = (Trait.PERSON, Trait.PLACE, Trait.NAME, Trait.KEYWORD)
#: Titles that nobody gave: names of files.
_FILE: Final = re.compile(r".*\.[A-Za-z0-9]{2,4}")
_NOWHEN: Final = TimeSpan(0, 0)


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called.

    Args:
        taxonomy: labels and events.
        topics: topics.
        entries: of own libraries, by library and entry.
    """

    taxonomy: Taxonomy
    topics: TopicMap
    entries: Mapping[tuple[str, str], str]


def facts_of(
    analysis: Analysis, title: str, names: Names, objections: Objections, audience: Audience
) -> tuple[Fact, ...]:
    """Return the facts that copy for an audience may rest on, weightiest first.

    Args:
        analysis: with the fields of `READ`.
        title: of the media; "" = none.
        names: what things are called.
        objections: what must not be used.
        audience: whom it is written for.
    """
    hostile = _hostile(analysis)
    objections = replace(objections, evidence=objections.evidence | hostile)
    allowed = (
        fact
        for found in _all(analysis, title if objections.given else "", names)
        if (fact := _allowed(found, objections)) is not None and not _is_avoided(fact, audience)
    )
    weighed = [replace(fact, weight=fact.weight * _liking(fact, audience)) for fact in allowed]
    weighed.sort(key=lambda one: (-one.weight, one.source, one.value))
    kept: list[Fact] = []
    called: set[tuple[str, str]] = set()
    for fact in weighed:
        # A label, a topic and a word of one name are one thing to tell.
        own = {(language, name.casefold()) for language, name in fact.names.items()}
        if len(kept) < MOST and not own & called:
            kept.append(replace(fact, id=f"f{len(kept) + 1}"))
            called |= own
    return tuple(kept)


def told_in(facts: Iterable[Fact], language: str) -> tuple[Fact, ...]:
    """Return those that have a name in a language."""
    return tuple(fact for fact in facts if language in fact.names)


def _hostile(analysis: Analysis) -> frozenset[str]:
    """Return the evidence of texts that must not stand in copy: no word of them does."""
    said = ((one.text, one.evidence) for one in analysis.utterances)
    shown = ((one.text, one.evidence) for one in analysis.text_lines)
    return frozenset(
        ref.id
        for text, evidence in (*said, *shown)
        if text and not is_plain(text)
        for ref in evidence
    )


def _key(fact: Fact) -> tuple[Trait, str] | None:
    return None if fact.trait is None else (fact.trait, folded(fact.trait, fact.value))


def _is_avoided(fact: Fact, audience: Audience) -> bool:
    # What somebody does not want to hear of may be a name, a place, a word, or in a sentence.
    spelt = [value for kind, value in audience.avoids if kind in _SPELT]
    if any(value in name.casefold() for value in spelt for name in fact.names.values()):
        return True
    key = _key(fact)
    return key is not None and _lineage_in(key, audience.avoids) is not None


def _liking(fact: Fact, audience: Audience) -> float:
    """Return by how much a fact counts more for an audience."""
    key = _key(fact)
    liked = None if key is None else _lineage_in(key, audience.likes)
    return 1.0 if liked is None else 1.0 + _LIKED * audience.likes[liked]


def _lineage_in(
    key: tuple[Trait, str], wanted: Mapping[tuple[Trait, str], float] | frozenset[tuple[Trait, str]]
) -> tuple[Trait, str] | None:
    """Return what of something wanted a fact is, or is within: a dog is an animal."""
    kind, value = key
    while value:
        if (kind, value) in wanted:
            return kind, value
        value = value.rpartition(".")[0] if kind in (Trait.TAG, Trait.EVENT) else ""
    return None


def _allowed(fact: Fact, objections: Objections) -> Fact | None:
    """Return a fact without what must not be used; None where nothing is left, or it is no name."""
    refs = tuple(
        ref
        for ref in fact.refs
        if ref.id not in objections.evidence
        and (ref.span.duration_ns == 0 or objections.allows(ref.span))
    )
    spans = tuple(part for span in fact.spans for part in without(span, objections.spans))
    names = {
        language: name
        for language, name in fact.names.items()
        if is_plain(name) and (fact.source is Source.QUOTE or len(name) <= _LONGEST_NAME)
    }
    if not refs or not names or (fact.spans and not spans):
        return None
    return replace(fact, refs=refs, spans=spans, names=names)


def _all(analysis: Analysis, title: str, names: Names) -> Iterator[Fact]:
    if title.strip() and not _FILE.fullmatch(title.strip()):
        ref = EvidenceRef("metadata/title", "metadata", "given", SCORE_ONE, _NOWHEN)
        yield _fact(Source.TITLE, None, title, _in_own(title.strip()), SCORE_ONE, (), (ref,))
    yield from _labels(analysis.labels, names.taxonomy)
    for topic in analysis.topics:
        said = {"en": names.topics.name(topic.topic_id, "en"),
                "zh": names.topics.name(topic.topic_id, "zh-Hans")}  # fmt: skip
        yield _fact(Source.ABOUT, Trait.TOPIC, topic.topic_id, said, topic.score, topic.spans,
                    topic.evidence)  # fmt: skip
    for word in analysis.keywords:
        source = Source.HEARD if "speech" in word.modalities else Source.ABOUT
        known = {primary(word.language) or _language(word.text): word.text}
        yield _fact(source, Trait.KEYWORD, word.text, known, word.score, word.spans, word.evidence)
    yield from _named(analysis, names)
    for event in analysis.events:
        said = _node_names(names.taxonomy, event.node_id)
        yield _fact(Source.HAPPENS, Trait.EVENT, event.node_id, said, event.score, (event.span,),
                    event.evidence)  # fmt: skip
    film = analysis.film_mood
    if film is not None and film.unclear is d.Unclear.NOT and film.kind in _MOODS:
        called = {"en": str(film.kind), "zh": MOODS[str(film.kind)]}
        yield _fact(Source.FEELS, Trait.MOOD, str(film.kind), called, film.score, (), film.evidence)
    yield from _quotes(analysis)


def _fact(
    source: Source,
    trait: Trait | None,
    value: str,
    names: Mapping[str, str],
    score: int,
    spans: Sequence[TimeSpan],
    refs: Sequence[EvidenceRef],
) -> Fact:
    weight = _COUNTS[source] * score / SCORE_ONE
    given = {language: " ".join(name.split()) for language, name in names.items()}
    return Fact("", source, trait, value, given, weight, tuple(spans), tuple(refs))


def _labels(labels: Sequence[d.Label], taxonomy: Taxonomy) -> Iterator[Fact]:
    """Yield labels that are sure and that nothing below them says more exactly."""
    sure = [one for one in labels if one.score >= _SURE and one.node_id in taxonomy.nodes]
    parents = {one.parent_id for one in sure}
    for label in sure:
        node = taxonomy.nodes[label.node_id]
        # Names such as "Person" and "Face" say nothing of a film.
        vague = not node.spoken or node.names["en"] in node.unspoken
        if label.node_id in parents or vague:
            continue
        source = Source.ABOUT
        if "image" in label.modalities:
            source = Source.SEEN
        elif {"speech", "sound"} & set(label.modalities):
            source = Source.HEARD
        share = (SCORE_ONE + label.centric + label.appearance) / (3 * SCORE_ONE)
        called = _node_names(taxonomy, node.id)
        yield _fact(source, Trait.TAG, label.node_id, called, round(label.score * share),
                    label.spans, label.evidence)  # fmt: skip


def _named(analysis: Analysis, names: Names) -> Iterator[Fact]:
    for match in analysis.library_matches:
        name = names.entries.get((match.library_id, match.entry_id), "")
        if name and match.evidence:
            kind = Trait.PERSON if match.kind == _PERSONS else Trait.NAME
            source = Source.SEEN if match.boxes or match.person_id else Source.NAMED
            yield _fact(source, kind, name, _in_own(name), match.score, match.spans, match.evidence)
    for entity in analysis.entities:
        if entity.score < _SURE:
            continue
        kind = _ENTITIES.get(entity.kind, Trait.NAME)
        called, value = _in_own(entity.name), entity.name
        if entity.place is not None and entity.place.candidates:
            place = entity.place.candidates[0]
            value = place.name
            called = {"en": place.name, "zh": place.name_zh or place.name}
        yield _fact(Source.NAMED, kind, value, called, entity.score, entity.spans, entity.evidence)


def _quotes(analysis: Analysis) -> Iterator[Fact]:
    """Yield sentences that were understood, or read, beyond doubt."""
    said = (
        (one.text, one.language, one.span, one.score, one.evidence)
        for one in analysis.utterances
        if one.understanding is d.Understanding.UNDERSTOOD
    )
    kinds = (d.TextKind.SUBTITLE, d.TextKind.FIXED, d.TextKind.UNKNOWN)
    shown = (
        (one.text, one.language, one.span, one.score, one.evidence)
        for one in analysis.text_lines
        if one.kind in kinds
    )
    for text, language, span, score, refs in (*said, *shown):
        least, most = _QUOTE_WORDS
        if score < _QUOTED or len(text) > _QUOTE_LENGTH or not least <= len(words_of(text)) <= most:
            continue
        spans = (span,) if span.duration_ns else ()
        known = {primary(language) or _language(text): text.strip()}
        yield _fact(Source.QUOTE, None, text, known, score, spans, refs)


def _node_names(taxonomy: Taxonomy, node_id: str) -> dict[str, str]:
    return {"en": taxonomy.name(node_id, "en"), "zh": taxonomy.name(node_id, "zh-Hans")}


def _in_own(name: str) -> dict[str, str]:
    """Return a proper name: Chinese copy takes Latin ones as they are, English copy no Chinese."""
    return {"zh": name} if is_chinese(name) else {"en": name, "zh": name}


def _language(text: str) -> str:
    return "zh" if is_chinese(text) else "en"
