"""What engines made of the frames of a media, as it was kept: records and their embeddings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from msgspec import structs

from videre.common.artifacts import ArtifactStore
from videre.orchestrator.evidence import Evidence, decode_blob
from videre.orchestrator.features import CLASSES
from videre.orchestrator.fusion.face_vectors import Embeddings, vectors_of
from videre.orchestrator.fusion.refs import reference
from videre.orchestrator.library.heads import Seen
from videre.orchestrator.library.material import Frame
from videre.orchestrator.store.evidence import EvidenceStore

_F16: Final = np.dtype("<f2")


def kept_records(
    evidence: EvidenceStore,
    artifacts: ArtifactStore,
    project_id: str,
    digest: str,
    feature: str,
    engine: str,
) -> Iterator[Evidence]:
    """Yield the records of an engine; those that are gone tell nothing."""
    if not engine:
        return
    for row in evidence.of_media(project_id, digest, feature, engine):
        yield from decode_blob(artifacts.read(project_id, row.blob_digest)).records


def kept_embeddings(
    artifacts: ArtifactStore, project_id: str, references: Iterable[str]
) -> Embeddings:
    """Read the matrices that references name a row of; their rows are all of one length."""
    rows: dict[str, int] = {}
    for one in references:
        digest, _, row = one.rpartition("/")
        rows[digest] = max(rows.get(digest, 0), int(row) + 1)
    return {
        digest: np.frombuffer(artifacts.read(project_id, digest), _F16).reshape(count, -1)
        for digest, count in rows.items()
    }


def seen_by(
    evidence: EvidenceStore,
    artifacts: ArtifactStore,
    project_id: str,
    digest: str,
    engine: str,
    frames: Iterable[Frame],
) -> Seen:
    """Return what an engine of classes made of the frames that an analysis sampled.

    Args:
        evidence: of the media.
        artifacts: that hold it.
        project_id: of the media.
        digest: of the media's bytes.
        engine: "name@version".
        frames: the sampled ones.

    Raises:
        VidereError: what was kept is gone.
        ValueError: what was kept cannot be read.
    """
    sampled = {frame.number: frame for frame in frames}
    found: dict[int, Evidence] = {}
    for record in kept_records(evidence, artifacts, project_id, digest, CLASSES.name, engine):
        number = record.span.start_frame or 0
        if record.embedding and number in sampled:
            found.setdefault(number, record)
    numbers = sorted(found)
    references = [found[number].embedding for number in numbers]
    return Seen(
        refs=[
            structs.replace(reference(found[number]), picture=sampled[number].ref.picture)
            for number in numbers
        ],
        spans=[sampled[number].span for number in numbers],
        vectors=vectors_of(references, kept_embeddings(artifacts, project_id, references)),
    )
