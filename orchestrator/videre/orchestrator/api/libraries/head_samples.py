"""What people said of media as labelled stretches of kept embeddings. No model is called."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from videre.common.errors import invalid
from videre.orchestrator.api.request import duration_ns
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document import MediaFacts, PinnedEngine, Shot
from videre.orchestrator.document.canonical import StoredDocument, record_from_json
from videre.orchestrator.features import CLASSES
from videre.orchestrator.fusion.face_vectors import Vectors
from videre.orchestrator.library.head_training import MOST_FRAMES, LabelledStretch
from videre.orchestrator.library.heads import Seen
from videre.orchestrator.library.material import NO_MATERIAL, Material
from videre.orchestrator.search.stretches import Places, stretches
from videre.orchestrator.steps.kept_embeddings import seen_by
from videre.v1 import feedback_pb2
from videre.v1 import library_pb2 as pb

_LABELS: Final = "labels"
_PAGE: Final = 1_000
#: Kinds of feedback that say something of a class, and whether they say that it is there.
_KINDS: Final[Mapping[str, bool]] = {"MISSING": True, "WRONG": False}
#: Stretches that a fit takes: 8 frames of 1,280 values each take 200 MB.
MOST_STRETCHES: Final = 5_000


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of a media: it shows a class, or does not, from when until when."""

    media_id: str
    shown: bool
    start_ns: int = 0
    end_ns: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Labelled stretches.

    Args:
        engine: what made their vectors, "name@version".
        stretches: the stretches.
        left_out: statements that no frame stands for, and stretches said to be both.
    """

    engine: str
    stretches: list[LabelledStretch]
    left_out: int


@dataclass(frozen=True, slots=True, eq=False)
class _Media:
    """A media as its latest analysis tells it."""

    digest: str
    places: Places
    engine: str
    material: str


def given_examples(examples: Iterable[pb.HeadExample]) -> Iterator[Said]:
    """Yield what a request says."""
    for one in examples:
        end = duration_ns(one.end_offset) if one.HasField("end_offset") else None
        yield Said(one.media_id, not one.negative, duration_ns(one.start_offset), end)


def told_by_feedback(app: Orchestrator, project_id: str, node_id: str, name: str) -> Iterator[Said]:
    """Yield what stored feedback says of a node, or of a name without one. Blocking."""
    after = ""
    while True:
        page = app.feedback.page(project_id, limit=_PAGE, after_id=after, kinds=tuple(_KINDS))
        for record in page:
            said = feedback_pb2.Correction.FromString(record.correction)
            meant = said.node_id == node_id if said.node_id else said.name == name
            if said.list == _LABELS and meant:
                span = said.span
                timed = said.HasField("span")
                yield Said(
                    record.media_id,
                    _KINDS[record.kind],
                    duration_ns(span.start_offset),
                    duration_ns(span.end_offset) if timed else None,
                )
        if len(page) < _PAGE:
            return
        after = page[-1].id


def collect(app: Orchestrator, project_id: str, said: Sequence[Said], engine: str) -> Samples:
    """Read what an engine saw in the stretches that people spoke of. Blocking.

    Args:
        engine: "name@version"; "" = the one that looked at most of the media.

    Raises:
        VidereError: MEDIA_NOT_FOUND, ANALYSIS_NOT_FOUND; FIELD_INVALID for too many stretches.
    """
    by_media: dict[str, list[Said]] = defaultdict(list)
    for one in said:
        by_media[one.media_id].append(one)
    known = {media_id: _media(app, project_id, media_id) for media_id in sorted(by_media)}
    used = engine or _most_used(known.values())
    labels: dict[tuple[str, int], set[bool]] = defaultdict(set)
    vectors: dict[tuple[str, int], list[Vectors]] = defaultdict(list)
    left_out = 0
    for media_id, media in known.items():
        seen = _seen(app, project_id, media, used)
        for one in by_media[media_id]:
            rows = _rows(seen, one)
            left_out += not rows
            for moment, own in _by_moment(seen, media.places, rows).items():
                place = media.digest, moment
                labels[place].add(one.shown)
                vectors[place].append(seen.vectors[own])
    found = [
        LabelledStretch(place[0], next(iter(labels[place])), _some(np.concatenate(own)))
        for place, own in sorted(vectors.items())
        if len(labels[place]) == 1
    ]
    if len(found) > MOST_STRETCHES:
        limit, actual = f"{MOST_STRETCHES} stretches", str(len(found))
        raise invalid("examples", "are of too many stretches", limit=limit, actual=actual)
    return Samples(used, found, left_out + len(vectors) - len(found))


def _media(app: Orchestrator, project_id: str, media_id: str) -> _Media:
    record = app.media.analysis(project_id, media_id, 0)
    document = StoredDocument(app.artifacts.read(project_id, record.document_digest))
    facts: MediaFacts
    shots: tuple[Shot, ...]
    engines: tuple[PinnedEngine, ...]
    material: str
    facts, shots, engines, material = document.read("media", "shots", "engines", "material")
    used = next((f"{e.engine}@{e.version}" for e in engines if e.feature == CLASSES.name), "")
    return _Media(facts.digest, Places(stretches(facts, shots, ())), used, material)


def _most_used(media: Iterable[_Media]) -> str:
    """Return the engine that most media were looked at with; of equally many the first by name."""
    used = Counter(one.engine for one in media if one.engine)
    return min(used, key=lambda name: (-used[name], name), default="")


def _seen(app: Orchestrator, project_id: str, media: _Media, engine: str) -> Seen:
    material = NO_MATERIAL
    if media.material:
        data = app.artifacts.read(project_id, media.material)
        material = record_from_json(Material, data)
    kept = app.evidence, app.artifacts, project_id, media.digest
    return seen_by(*kept, engine, material.frames)


def _rows(seen: Seen, said: Said) -> list[int]:
    """Return the frames that were sampled within what somebody spoke of."""
    return [
        row
        for row, ref in enumerate(seen.refs)
        if said.start_ns <= ref.span.start_ns
        and (said.end_ns is None or ref.span.start_ns < said.end_ns)
    ]


def _by_moment(seen: Seen, places: Places, rows: Iterable[int]) -> dict[int, list[int]]:
    """Return frames by the moment that they are of; a picture is one moment."""
    found: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        at = places.at(seen.refs[row].span.start_ns) if places.of else -1
        if at is not None:
            found[at].append(row)
    return found


def _some(vectors: Vectors) -> Vectors:
    """Return evenly chosen ones of many frames."""
    if len(vectors) <= MOST_FRAMES:
        return vectors
    return vectors[np.linspace(0, len(vectors) - 1, MOST_FRAMES).round().astype(np.intp)]
