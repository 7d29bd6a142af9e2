"""What the search index holds of a media: read from its document when it is published or waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import structlog

from videre.common.errors import VidereError
from videre.orchestrator.api.request import fusion_context, job_request, moderated_context
from videre.orchestrator.document import Analysis, MediaKind, PinnedEngine
from videre.orchestrator.document.canonical import StoredDocument
from videre.orchestrator.features import CLASSES, LANDMARKS
from videre.orchestrator.library.marks import hash_of
from videre.orchestrator.recommend import traits
from videre.orchestrator.recommend.looks import projected
from videre.orchestrator.recommend.model import NO_ITEM, ItemRow
from videre.orchestrator.search.build import NOTHING, packed_document, packed_given
from videre.orchestrator.search.looks import (
    NO_LOOKS,
    Looks,
    every_so_often,
    grid_hashes,
    packed_hashes,
    packed_still,
    vectors_by_moment,
)
from videre.orchestrator.search.model import Given
from videre.orchestrator.search.moments import READ
from videre.orchestrator.search.packing import U32, Packed
from videre.orchestrator.search.stretches import Places, stretches
from videre.orchestrator.steps.kept_embeddings import kept_embeddings, kept_records
from videre.orchestrator.steps.kept_signals import kept_signals
from videre.orchestrator.steps.kept_sounds import kept_sound_hashes
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.store.records import JobRecord

log = structlog.get_logger(__name__)

#: Media between two looks at what waits.
_BATCH: Final = 50


@dataclass(frozen=True, slots=True)
class Indexed:
    """What is kept of an analysis: statements, what the media looks like, is recommended by."""

    document: Packed = NOTHING
    looks: Looks = NO_LOOKS
    item: ItemRow = NO_ITEM


#: Of an analysis that cannot be read.
NOT_INDEXED: Final = Indexed()


def indexed_of(run: Runtime, project_id: str, document: StoredDocument) -> Indexed:
    """Return what the index keeps of a document and of the evidence of its media.

    Raises:
        ValueError: it cannot be read.
    """
    wanted = (*READ, *traits.READ)
    analysis = Analysis(**dict(zip(wanted, document.read(*wanted), strict=True)))
    entries = [(match.library_id, match.entry_id) for match in analysis.library_matches]
    names = run.search.entry_names(project_id, entries) if entries else {}
    (engines,) = document.read("engines")
    looks = _looks(run, project_id, analysis, engines)
    look = projected(looks.vectors, len(looks.numbers) // U32.itemsize)
    item = traits.item_row(analysis, names, looks.engine, look)
    return Indexed(packed_document(analysis, names), looks, item)


def _looks(
    run: Runtime, project_id: str, analysis: Analysis, engines: Iterable[PinnedEngine]
) -> Looks:
    """Return what the frames that were looked at look like."""
    pinned = {one.feature: f"{one.engine}@{one.version}" for one in engines}
    digest, places = analysis.media.digest, Places(stretches(analysis.media, analysis.shots, ()))
    classes = pinned.get(CLASSES.name, "")
    seen: dict[int, str] = {}
    kept = run.evidence, run.artifacts, project_id, digest
    for record in kept_records(*kept, CLASSES.name, classes):
        if record.embedding:
            seen.setdefault(record.span.start_ns, record.embedding)
    embeddings = kept_embeddings(run.artifacts, project_id, seen.values())
    numbers, vectors = vectors_by_moment(sorted(seen.items()), embeddings, places)
    still = b""
    if analysis.media.kind is MediaKind.IMAGE:
        marks = kept_records(*kept, LANDMARKS.name, pinned.get(LANDMARKS.name, ""))
        still = packed_still(next((hash_of(record) for record in marks), None))
    times, hashes = packed_hashes(list(_hashes(run, project_id, digest)))
    sounds = packed_hashes(list(kept_sound_hashes(run, project_id, digest)))
    return Looks(classes if numbers else "", numbers, vectors, times, hashes, still, *sounds)


def _hashes(run: Runtime, project_id: str, digest: str) -> Iterator[tuple[int, int]]:
    """Yield times and hashes of the frames of a film, unit by unit."""
    for signals in kept_signals(run, project_id, digest):
        chosen = signals[every_so_often(signals["time_ns"])]
        values = grid_hashes(chosen["luma"])
        yield from zip(chosen["time_ns"].tolist(), values.tolist(), strict=True)


def given_of(run: Runtime, job: JobRecord) -> Packed:
    """Return what the index keeps of what is given with a job, else with its media."""
    given = fusion_context(job_request(job.request))
    texts = moderated_context(given, run.media.get(job.project_id, job.media_id or ""))
    return packed_given(Given(texts.title, texts.description))


def index_waiting(run: Runtime, project_id: str = "", after_id: str = "") -> tuple[int, str]:
    """Index some media that wait for it.

    Args:
        project_id: of this project; "" = of any.
        after_id: media with greater ids only.

    Returns:
        How many were looked at, and the last one.
    """
    waiting = run.search.waiting(project_id, _BATCH, after_id)
    for project, media_id in waiting:
        try:
            _index(run, project, media_id)
        except VidereError as error:  # deleted meanwhile, or its analysis was
            log.warning("media not indexed", media_id=media_id, error=str(error))
    return len(waiting), waiting[-1][1] if waiting else after_id


def _index(run: Runtime, project_id: str, media_id: str) -> None:
    media = run.media.get(project_id, media_id)
    record = run.media.analysis(project_id, media_id, 0)
    try:
        data = run.artifacts.read(project_id, record.document_digest)
        indexed = indexed_of(run, project_id, StoredDocument(data))
    except (VidereError, ValueError) as error:
        log.warning("analysis not indexed", media_id=media_id, error=str(error))
        indexed = NOT_INDEXED
    known = run.search.is_known(media_id)
    given = None if known else packed_given(Given(media.title, media.description))
    run.search.write(record, indexed.document, given, indexed.looks, indexed.item)
