"""Late binding: a changed library is looked for in what was analysed before. No model is called."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

import structlog

from videre.common.errors import VidereError
from videre.orchestrator.document import Analysis, RuleVersions
from videre.orchestrator.document.canonical import StoredDocument
from videre.orchestrator.library.bind import versions
from videre.orchestrator.library.wanted import Library
from videre.orchestrator.moderation.facts import verdict_facts
from videre.orchestrator.moderation.listed import same_but_versions
from videre.orchestrator.steps.asking import asked
from videre.orchestrator.steps.judging import Restated, judge_again, with_verdict
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.shown import bound
from videre.orchestrator.store.bindings import Change, Pending, Revision
from videre.orchestrator.store.records import AnalysisRecord

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
    judges = run.bindings.may_be_judged_by(change.project_id, change.library_id)

    def revised(one: Pending) -> Revision | None:
        return _revision(run, one, libraries, change.library_id, judges=judges)

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        found = list(threads.map(revised, pending))
    revisions = [revision for revision in found if revision is not None]
    return run.bindings.settle(change, pending, versions(libraries), revisions)


def _revision(
    run: Runtime, pending: Pending, libraries: list[Library], changed: str, *, judges: bool
) -> Revision | None:
    """Return what an analysis becomes; None when it stays as it is, or cannot be read any more.

    Args:
        judges: moderation may compare the changed library.
    """
    record = pending.analysis
    try:
        stored = StoredDocument(run.artifacts.read(record.project_id, record.document_digest))
        before = Analysis(**dict(zip(_READ, stored.read(*_READ), strict=True)))
        after = bound(run, record.project_id, before, pending.faces, libraries, changed)
        judged = _judged(run, record, before.rules, changed) if judges else None
    except (VidereError, ValueError) as error:
        log.warning("analysis not bound", media_id=record.media_id, error=str(error))
        return None
    found = (after.library_matches, after.stages) != (before.library_matches, before.stages)
    if not found and judged is None:
        return None
    parts: dict[str, Any] = {"library_matches": after.library_matches, "stages": after.stages}
    if after.labels is not before.labels:  # which were not read: only votes make others
        parts["labels"] = after.labels
    if judged is None:
        document = stored.with_parts(**parts, rules=after.rules)
        digest = run.artifacts.put(record.project_id, document, codec="zstd")
        facts = verdict_facts(stored, digest, rules=after.rules)
        return Revision(record, digest, after.library_matches, facts)
    version, lists = judged.rules.moderation, judged.rules.hash_lists
    rules = replace(after.rules, moderation=version, hash_lists=lists)
    document = stored.with_parts(**parts, verdict=judged.verdict, rules=rules)
    digest = run.artifacts.put(record.project_id, document, codec="zstd")
    return Revision(
        of=replace(record, suggestion=str(judged.verdict.suggestion)),
        document_digest=digest,
        matches=after.library_matches,
        facts=verdict_facts(stored, digest, rules=rules, verdict_digest=judged.digest),
        rules={"moderation": version, "hash_lists": list(lists)},
        pictures=judged.pictures,
        judged=True,
        review=asked(run, record.project_id, judged.verdict),
    )


def _judged(
    run: Runtime, record: AnalysisRecord, rules: RuleVersions, changed: str
) -> Restated | None:
    """Judge again what a hash list or library has a say in; None where the verdict stays.

    A template that names a version of a library keeps its verdicts.

    Raises:
        VidereError: the template is gone, or what it was judged by.
    """
    if not rules.moderation_template:
        return None
    template = run.templates.moderation(record.project_id, rules.moderation_template)
    if changed not in template.lists | template.libraries:
        return None
    judgement = judge_again(run, record, template)
    if same_but_versions(judgement.verdict, judgement.before):
        return None
    return with_verdict(run, judgement, template)
