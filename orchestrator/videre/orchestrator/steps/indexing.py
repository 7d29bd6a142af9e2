"""The media index of some bytes: evidence like any other, found again when they come again."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Final

from videre.common.values import TimeSpan
from videre.orchestrator.evidence import Evidence, EvidenceBlob, decode_blob, evidence_key
from videre.orchestrator.media.index import MediaIndex
from videre.orchestrator.media.ingest import probe as probe_file
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.planning import PLAN_VERSION
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.work import media_path
from videre.orchestrator.store.evidence import EvidenceRow
from videre.orchestrator.store.records import MediaRecord

_FEATURE: Final = "index"
#: Probing as a witness: raise when it may number frames or describe a media otherwise.
_PROBER: Final = "prober@3"


async def index_of(
    run: Runtime, media: MediaRecord, name: str, limits: MediaLimits
) -> tuple[str, MediaIndex]:
    """Return the index of a media whose bytes were read, and the artifact that holds it.

    Args:
        run: the runtime.
        media: whose digest is known.
        name: the name people gave the bytes; its ending tells text documents from media.
        limits: bounds of an acceptable media; what was accepted under others is looked at again.

    Raises:
        VidereError: as `media.ingest.probe`.
    """
    key = evidence_key(
        project=media.project_id,
        media_digest=media.digest,
        feature=_FEATURE,
        engine=_PROBER,
        model_digests=(),
        params={"name": PurePosixPath(name).suffix.lower(), **asdict(limits)},
        plan_version=PLAN_VERSION,
        start_ns=0,
        end_ns=0,
    )
    known = await asyncio.to_thread(_known, run, key)
    if known is not None:
        return known
    path = await media_path(run, media)
    probed = await probe_file(path, name=name, limits=limits, run=run.run_child)
    index = probed.with_digest(media.digest)
    return await asyncio.to_thread(_keep, run, media, key, index), index


def _known(run: Runtime, key: str) -> tuple[str, MediaIndex] | None:
    row = run.evidence.find([key]).get(key)
    if row is None:
        return None
    blob = decode_blob(run.artifacts.read(row.project_id, row.blob_digest))
    digest = blob.records[0].embedding.partition("/")[0]
    return digest, MediaIndex.decode(run.artifacts.read(row.project_id, digest))


def _keep(run: Runtime, media: MediaRecord, key: str, index: MediaIndex) -> str:
    """Store the index and the row that finds it; return the artifact."""
    digest = run.artifacts.put(media.project_id, index.encode(), codec="zstd")
    span = TimeSpan(0, 0)
    record = Evidence(feature=_FEATURE, engine=_PROBER, span=span, embedding=f"{digest}/0")
    blob = EvidenceBlob(_FEATURE, _PROBER, span, (record,)).encode()
    row = EvidenceRow(
        key=key,
        project_id=media.project_id,
        media_digest=media.digest,
        feature=_FEATURE,
        engine=_PROBER,
        blob_digest=run.artifacts.put(media.project_id, blob, codec="zstd"),
        start_ns=0,
        end_ns=0,
    )
    run.evidence.put(row, [digest])
    return digest
