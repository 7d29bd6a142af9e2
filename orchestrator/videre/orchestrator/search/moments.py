"""From what is known of a media to its moments: what is said, shown and known in each. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from videre.common.values import TimeSpan
from videre.orchestrator import document as d
from videre.orchestrator.document import Analysis, EvidenceRef, Understanding, Utterance
from videre.orchestrator.search.model import Field, Given, Moment, Passage
from videre.orchestrator.search.stretches import Places, stretches

#: Fields of an analysis that the index reads.
READ: Final = (
    "media", "shots", "labels", "text_lines", "utterances", "events", "people", "entities",
    "topics", "moods", "film_mood", "codes", "library_matches",
)  # fmt: skip
#: Evidence ids that stand beside a passage.
_REFS: Final = 3
#: Longest text of one passage, in characters; what comes after is not found.
_LONGEST: Final = 20_000
#: The kind of libraries that hold persons.
_PERSONS: Final = "persons"

#: Names of entries of own libraries by library and entry.
EntryNames = Mapping[tuple[str, str], str]
_ENTITIES: Final = {
    d.EntityKind.PERSON: Field.PERSON,
    d.EntityKind.PLACE: Field.PLACE,
}


def moments(analysis: Analysis, names: EntryNames) -> tuple[Moment, ...]:
    """Return the moments of a media; the first is the whole of it.

    Args:
        analysis: with the fields of `READ`.
        names: of entries of own libraries.
    """
    media = analysis.media
    found = stretches(media, analysis.shots, analysis.text_lines)
    places = Places(found)
    passages: dict[int, list[Passage]] = defaultdict(list)
    for where, passage in _all(analysis, names, places):
        passages[where].append(passage)
    cover = next((shot.picture for shot in analysis.shots if shot.picture), "")
    whole = Moment(0, media.extent, None, cover, _sorted(passages[0]))
    return (
        whole,
        *(
            Moment(one.start_ns, one.end_ns, one.shot, one.picture, _sorted(passages[i]))
            for i, one in enumerate(found, 1)
        ),
    )


def given_passages(given: Given) -> tuple[Passage, ...]:
    """Return what was given with a media, as passages of the whole of it."""
    texts = ((Field.TITLE, given.title), (Field.DESCRIPTION, given.description))
    return tuple(
        Passage(kind, text, 0, 0, evidence=(f"metadata/{kind.name.lower()}",))
        for kind, text in texts
        if text.strip()
    )


def _sorted(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Return passages by field; within a field what joins the moment before comes first."""
    return tuple(
        sorted(passages, key=lambda one: (one.field, not one.joins, one.start_ns, one.value))
    )


def _all(analysis: Analysis, names: EntryNames, places: Places) -> Iterator[tuple[int, Passage]]:
    """Yield every passage with the place of its moment; 0 is the whole."""
    for utterance in analysis.utterances:
        if utterance.understanding is Understanding.UNDERSTOOD:
            yield from _said(utterance, places)
    for line in analysis.text_lines:
        yield from _spread(places, [line.span], Field.SHOWN, line.text, line.evidence, line.score)
    for code in analysis.codes:
        yield from _spread(places, code.spans, Field.SHOWN, code.text, code.evidence, code.score)
    for label in analysis.labels:
        yield from _spread(places, label.spans, Field.TAG, "",
                           label.evidence, label.score, label.node_id)  # fmt: skip
    for topic in analysis.topics:
        yield from _spread(places, topic.spans, Field.TOPIC, "",
                           topic.evidence, topic.score, topic.topic_id)  # fmt: skip
    for event in analysis.events:
        yield from _spread(places, [event.span], Field.EVENT, "",
                           event.evidence, event.score, event.node_id)  # fmt: skip
    yield from _moods(analysis, places)
    yield from _named(analysis, names, places)


def _moods(analysis: Analysis, places: Places) -> Iterator[tuple[int, Passage]]:
    for mood in analysis.moods:
        yield from _spread(places, [mood.span], Field.MOOD, "",
                           mood.evidence, mood.score, mood.kind)  # fmt: skip
    film = analysis.film_mood
    if film is not None and film.unclear is d.Unclear.NOT:
        yield from _spread(places, [], Field.MOOD, "", film.evidence,
                           film.score, film.kind)  # fmt: skip


def _named(analysis: Analysis, names: EntryNames, places: Places) -> Iterator[tuple[int, Passage]]:
    for person in analysis.people:
        yield from _spread(places, person.spans, Field.PERSON, "", person.evidence,
                           person.score, person.id)  # fmt: skip
    for match in analysis.library_matches:
        kind = Field.PERSON if match.kind == _PERSONS else Field.NAME
        name = names.get((match.library_id, match.entry_id), "")
        value = f"{match.library_id}/{match.entry_id}"
        yield from _spread(places, match.spans, kind, name, match.evidence, match.score, value)
    for entity in analysis.entities:
        kind = _ENTITIES.get(entity.kind, Field.NAME)
        yield from _spread(places, entity.spans, kind, _entity_names(entity), entity.evidence,
                           entity.score)  # fmt: skip


def _spread(
    places: Places,
    spans: Sequence[TimeSpan],
    kind: Field,
    text: str,
    evidence: Sequence[EvidenceRef],
    score: int,
    value: str = "",
) -> Iterator[tuple[int, Passage]]:
    """Yield a statement for each moment that it holds in; without spans for the whole."""
    if not text and not value:
        return
    text = text[:_LONGEST]
    seen: dict[int, TimeSpan] = {}
    for span in spans:
        for i in places.shared(span):
            seen.setdefault(i, span)
    if not seen:
        start, end = (spans[0].start_ns, spans[0].end_ns) if spans else (0, 0)
        yield 0, Passage(kind, text, start, end, value, score, _ids(evidence))
    for i, span in sorted(seen.items()):
        within = [one for one in evidence if one.span.overlaps(span)] or evidence
        yield i + 1, Passage(kind, text, span.start_ns, span.end_ns, value, score, _ids(within))


def _said(utterance: Utterance, places: Places) -> Iterator[tuple[int, Passage]]:
    """Yield what is said in each moment: an utterance over a cut is cut between its words."""
    ids = _ids(utterance.evidence)
    text = utterance.text[:_LONGEST]
    pieces = list(_pieces(utterance, places))
    if len(pieces) < 2:
        shared = [one[0] for one in pieces] or places.shared(utterance.span)[:1]
        where = shared[0] + 1 if shared else 0
        span = utterance.span
        yield where, Passage(Field.SAID, text, span.start_ns, span.end_ns, "", utterance.score, ids)
        return
    for number, (where, begin, end, start_ns, end_ns) in enumerate(pieces):
        joins = number > 0 and pieces[number - 1][0] == where - 1
        yield (
            where + 1,
            Passage(Field.SAID, text[begin:end], start_ns, end_ns, "", utterance.score, ids, joins),
        )


def _pieces(utterance: Utterance, places: Places) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield moment, characters [begin, end) and times of the pieces; nothing where words fail."""
    at, placed = 0, []
    for word in utterance.words:
        begin = utterance.text.find(word.text, at)
        where = places.at((word.start_ns + word.end_ns) // 2)
        if begin < 0 or where is None:
            return
        at = begin + len(word.text)
        placed.append((where, begin, at, word.start_ns, word.end_ns))
    for where, group in groupby(placed, key=lambda one: one[0]):
        words = list(group)
        yield where, words[0][1], words[-1][2], words[0][3], words[-1][4]


def _ids(evidence: Sequence[EvidenceRef]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ref.id for ref in evidence))[:_REFS]


def _entity_names(entity: d.Entity) -> str:
    if entity.place is None or not entity.place.candidates:
        return entity.name
    likeliest = entity.place.candidates[0]
    return _listed((entity.name, likeliest.name, likeliest.name_zh))


def _listed(words: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(word for word in words if word))
