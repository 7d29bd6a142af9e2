"""Late binding: a changed library is looked for in what was analysed before. No model is called."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog

from videre.common.errors import VidereError
from videre.orchestrator.document import Analysis
from videre.orchestrator.document.canonical import StoredDocument
from videre.orchestrator.library.bind import versions
from videre.orchestrator.library.wanted import Library
from videre.orchestrator.moderation.facts import verdict_facts
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.shown import bound
from videre.orchestrator.store.bindings import Change, Pending, Revision

log = structlog.get_logger(__name__)

#: Media in one step: what a crash repeats, and what is published in one transaction.
_BATCH: Final = 100
#: Documents written side by side: each waits for the disk twice.
_AT_ONCE: Final = 8
#: Fields of an analysis that binding reads: a long film's other lists are long.
_READ: Final = (
    "media", "rules", "stages", "people", "text_lines", "utterances", "library_matches", "material",
    "ground",
)  # fmt: skip


async def gather(run: Runtime, project_id: str, library_id: str, version: int) -> int:
    """List the media that a version of a library may alter; return how many."""
    change = Change(project_id, library_id, version)
    return await asyncio.to_thread(run.bindings.gather, change)


async def bind_some(run: Runtime, project_id: str, library_id: str, version: int) -> int:
    """Bind some media of the list anew; return how many are left."""
    change = Change(project_id, library_id, version)
    return await asyncio.to_thread(_bind_some, run, change)


async def finish(run: Runtime, project_id: str, library_id: str, version: int) -> str:
    """Note that a version was looked for everywhere."""
    await asyncio.to_thread(run.bindings.done, Change(project_id, library_id, version))
    return "done"


def _bind_some(run: Runtime, change: Change) -> int:
    libraries = run.bindings.libraries(change.project_id)
    pending = run.bindings.pending(change, _BATCH)

    def revised(one: Pending) -> Revision | None:
        return _revision(run, one, libraries, change.library_id)

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        found = list(threads.map(revised, pending))
    revisions = [revision for revision in found if revision is not None]
    return run.bindings.settle(change, pending, versions(libraries), revisions)


def _revision(
    run: Runtime, pending: Pending, libraries: list[Library], changed: str
) -> Revision | None:
    """Return what an analysis becomes; None when it stays as it is, or cannot be read any more."""
    record = pending.analysis
    try:
        stored = StoredDocument(run.artifacts.read(record.project_id, record.document_digest))
        before = Analysis(**dict(zip(_READ, stored.read(*_READ), strict=True)))
        after = bound(run, record.project_id, before, pending.faces, libraries, changed)
    except (VidereError, ValueError) as error:
        log.warning("analysis not bound", media_id=record.media_id, error=str(error))
        return None
    if (after.library_matches, after.stages) == (before.library_matches, before.stages):
        return None
    parts = {"library_matches": after.library_matches, "stages": after.stages}
    if after.labels is not before.labels:  # which were not read: only votes make others
        parts["labels"] = after.labels
    document = stored.with_parts(**parts, rules=after.rules)
    digest = run.artifacts.put(record.project_id, document, codec="zstd")
    facts = verdict_facts(stored, digest, rules=after.rules)
    return Revision(record, digest, after.library_matches, facts)
