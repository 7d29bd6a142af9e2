"""Evidence of copies: what was found in the same pictures or samples elsewhere in the project.

It is copied, not shared: every media owns its evidence, and is erased, held or kept without the
others.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import structlog

from videre.common.artifacts import ArtifactStore
from videre.common.errors import VidereError
from videre.common.values import TimeSpan, canonical_json
from videre.orchestrator.copied import cited, in_time
from videre.orchestrator.evidence import Evidence, EvidenceBlob, decode_blob
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.work import Work
from videre.orchestrator.store.evidence import EvidenceRow, EvidenceStore

log = structlog.get_logger(__name__)

#: Makes the own records of those of a copy; ValueError where it cannot.
Move = Callable[[EvidenceBlob], tuple[Evidence, ...]]
#: Copies that are tried: those that were erased meanwhile, or are damaged, are passed over.
_TRIED: Final = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """Evidence that is not there yet.

    Args:
        project_id: of the media.
        media_digest: of the media's bytes.
        key: its own.
        input_digest: of what is looked at; "" = nothing is the same.
        span: its own.
    """

    project_id: str
    media_digest: str
    key: str
    input_digest: str
    span: TimeSpan


async def taken(
    run: Runtime, work: Work, key: str, input_digest: str, span: TimeSpan, move: Move
) -> bool:
    """Keep what was found where the same was looked at, if it was; tell whether.

    Args:
        run: the runtime.
        work: the job's.
        key: of the own evidence, which is not there yet.
        input_digest: of what is looked at; "" = nothing is the same.
        span: of the own evidence.
        move: makes the own records.
    """
    if not input_digest:
        return False
    plan = work.plan
    wanted = Wanted(plan.project_id, plan.media_digest, key, input_digest, span)
    return await asyncio.to_thread(take, run.evidence, run.artifacts, wanted, move)


def take(evidence: EvidenceStore, artifacts: ArtifactStore, wanted: Wanted, move: Move) -> bool:
    """Keep the evidence of a copy as what is wanted; tell whether there was any of use."""
    for donor in evidence.donors(wanted.project_id, wanted.input_digest, _TRIED):
        try:
            blob = decode_blob(artifacts.read(wanted.project_id, donor.blob_digest))
            records = move(blob)
            data = EvidenceBlob(blob.feature, blob.engine, wanted.span, records).encode()
            row = EvidenceRow(
                key=wanted.key,
                project_id=wanted.project_id,
                media_digest=wanted.media_digest,
                feature=donor.feature,
                engine=donor.engine,
                blob_digest=artifacts.put(wanted.project_id, data, codec="zstd"),
                start_ns=wanted.span.start_ns,
                end_ns=wanted.span.end_ns,
                input_digest=wanted.input_digest,
                taken_from=donor.media_digest,
            )
            if evidence.take(row, cited(records), donor):
                return True
        except (VidereError, ValueError) as error:
            log.warning("evidence of a copy is of no use", key=donor.key, error=str(error))
    return False


def heard(span: TimeSpan) -> Move:
    """Return what moves evidence of sound to a stretch."""
    return partial(in_time, span=span)


async def file_content(path: Path) -> str:
    """Return the digest of a file of samples."""

    def digest() -> str:
        with path.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()

    return await asyncio.to_thread(digest)


def content(data: bytes, *numbers: Sequence[int]) -> str:
    """Return the digest of samples and of what is said of their places."""
    made = hashlib.sha256(canonical_json([list(some) for some in numbers]))
    made.update(data)
    return made.hexdigest()
