"""From a kept document to a published analysis, in the transaction that ends the job."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import sqlalchemy as sa

from videre.orchestrator.api.request import job_request
from videre.orchestrator.document import LibraryMatch, Person, RuleVersions, Verdict
from videre.orchestrator.document.canonical import StoredDocument, from_json, result_document
from videre.orchestrator.fusion.people import NO_FACES, Faces
from videre.orchestrator.library.assign import frames_of
from videre.orchestrator.library.kept_faces import faces_from_json
from videre.orchestrator.moderation.compare import all_groups
from videre.orchestrator.moderation.facts import VerdictFacts, verdict_facts
from videre.orchestrator.moderation.template import ModerationTemplate
from videre.orchestrator.steps.asking import asked
from videre.orchestrator.steps.ending import all_failed, job_outcome, retention_ns, run_state
from videre.orchestrator.steps.judging import judge_again, with_verdict
from videre.orchestrator.steps.quarantine import quarantine
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.searching import NOT_INDEXED, Indexed, given_of, indexed_of
from videre.orchestrator.steps.shown import bound
from videre.orchestrator.store.records import AnalysisRecord, JobRecord, JobState
from videre.orchestrator.store.review_records import NewReview, Subject
from videre.orchestrator.store.search_index import index_media

#: Fields of the document that publishing asks for, as `_Ready` has them.
_PARTS: Final = ("verdict", "rules", "people", "library_matches", "material", "ground")


class LibrariesChanged(Exception):
    """A library changed after the analysis was bound: it is bound again, then published."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """What is about to be published: of its document, only what publishing asks for.

    A long film's other lists are long.
    """

    job: JobRecord
    digest: str
    faces: Faces
    facts: VerdictFacts | None
    verdict: Verdict | None
    rules: RuleVersions
    people: tuple[Person, ...]
    matches: tuple[LibraryMatch, ...]
    material: str
    ground: str
    indexed: Indexed = NOT_INDEXED
    review: NewReview | None = None
    #: Libraries whose versions of today the verdict stands by, "id@version".
    watched: tuple[str, ...] = ()


async def publish(run: Runtime, job_id: str) -> str:
    """Append the analysis to its media and end the job, in one transaction; return its state.

    Before, nothing but the source has to be brought away, which no step after this one reads.
    """
    await quarantine(run, job_id)
    return await asyncio.to_thread(_publish, run, job_id)


def _publish(run: Runtime, job_id: str) -> str:
    job = run.jobs.by_id(job_id)
    if job is None or JobState(job.state).final or job.media_id is None:
        return job.state if job is not None else JobState.CANCELLED
    stages = run.jobs.stages(job_id)
    outcome = job_outcome({stage.name: stage.state for stage in stages})
    if job_request(job.request).skip_analysis:
        run.jobs.finish(
            job_id, outcome, retention_ns=retention_ns(run),
            error=all_failed(stages) if outcome is JobState.FAILED else None,
        )  # fmt: skip
        return run_state(run, job_id)
    ready = _ready(run, job)
    while True:
        try:
            run.jobs.finish(
                job_id,
                outcome,
                retention_ns=retention_ns(run),
                error=all_failed(stages) if outcome is JobState.FAILED else None,
                within=lambda connection, ready=ready: _append(run, connection, ready),  # type: ignore[misc]
            )
        except LibrariesChanged:
            ready = _bound_again(run, ready)
        else:
            return run_state(run, job_id)


def _ready(run: Runtime, job: JobRecord) -> _Ready:
    looks = (job.pins or {}).get("faces", "")
    faces = faces_from_json(run.artifacts.read(job.project_id, looks)) if looks else NO_FACES
    return _read(run, job, job.document_digest, faces)


def _read(run: Runtime, job: JobRecord, digest: str, faces: Faces) -> _Ready:
    data = run.artifacts.read(job.project_id, digest)
    document = StoredDocument(data)
    facts = verdict_facts(document, digest)
    ready = _Ready(job, digest, faces, facts, *document.read(*_PARTS))
    return replace(
        ready,
        indexed=indexed_of(run, job.project_id, document),
        review=asked(run, job.project_id, ready.verdict),
        watched=_watched(run, ready),
    )


def _watched(run: Runtime, ready: _Ready) -> tuple[str, ...]:
    """Return the libraries of the verdict that its template names without a version."""
    if ready.verdict is None or not ready.verdict.libraries:
        return ()
    template = run.templates.moderation(ready.job.project_id, ready.verdict.template)
    used = template.libraries
    return tuple(name for name in ready.verdict.libraries if name.partition("@")[0] in used)


def _bound_again(run: Runtime, ready: _Ready) -> _Ready:
    """Bind with the libraries as they are now, judge by the hash lists, keep the document."""
    job = ready.job
    before = from_json(run.artifacts.read(job.project_id, ready.digest))
    after = bound(run, job.project_id, before, ready.faces, run.bindings.libraries(job.project_id))
    digest = run.artifacts.put(job.project_id, result_document(after), codec="zstd")
    template = run.templates.moderation(job.project_id, after.rules.moderation_template)
    if template.lists or template.libraries:
        digest, job = _judged_again(run, job, digest, template, ready.faces)
    return _read(run, job, digest, ready.faces)


def _judged_again(
    run: Runtime, job: JobRecord, digest: str, template: ModerationTemplate, faces: Faces
) -> tuple[str, JobRecord]:
    """Judge a document that is not published by the lists and libraries as they are now."""
    record = AnalysisRecord(
        media_id=job.media_id or "", revision=0, project_id=job.project_id, job_id=job.id,
        document_digest=digest, result_digest=digest, suggestion=job.suggestion,
        judged_digest=_judged(job), create_ns=0,
    )  # fmt: skip
    judgement = judge_again(run, record, template, faces)
    made = with_verdict(run, judgement, template)
    data = judgement.document.with_parts(verdict=made.verdict, rules=made.rules)
    suggestion = str(made.verdict.suggestion)
    run.jobs.update(job.id, suggestion=suggestion)
    digest = run.artifacts.put(job.project_id, data, codec="zstd")
    return digest, replace(job, suggestion=suggestion)


def _cited(ready: _Ready) -> list[str]:
    """Return the artifacts that must live as long as the analysis."""
    groups = all_groups(ready.verdict) if ready.verdict is not None else ()
    segments = [segment for group in groups for segment in group.segments]
    pictures = [digest for s in segments for digest in (s.picture, s.blurred_picture) if digest]
    again = _judged(ready.job)
    plan = ready.job.plan_digest if again else ""
    covers = str((ready.job.pins or {}).get("covers", ""))
    beside = {ready.material, ready.ground, again, plan, covers}
    return [ready.digest, *sorted({*pictures, *beside} - {""})]


def _judged(job: JobRecord) -> str:
    """Return the digest of what the analysis can be judged by again."""
    return str((job.pins or {}).get("judged", ""))


def _append(run: Runtime, connection: sa.Connection, ready: _Ready) -> Mapping[str, Any]:
    """Write all that an analysis brings.

    Raises:
        LibrariesChanged: it does not say what the libraries say now.
    """
    job, libraries = ready.job, ready.rules.libraries
    media_id = job.media_id or ""
    hash_lists = ready.rules.hash_lists
    if not run.bindings.are_current(connection, job.project_id, libraries, hash_lists):
        raise LibrariesChanged
    if not run.bindings.have_versions(connection, job.project_id, ready.watched):
        raise LibrariesChanged
    revision = run.media.append_analysis(
        connection,
        media_id=media_id,
        project_id=job.project_id,
        job_id=job.id,
        document_digest=ready.digest,
        facts=ready.facts,
        suggestion=job.suggestion,
        judged_digest=_judged(job),
        artifacts=_cited(ready),
    )
    run.jobs.set_revision(connection, job, revision, digest=ready.digest, libraries=libraries)
    subject = Subject(job.project_id, media_id, job.id, revision)
    run.reviews.open(connection, subject, ready.review)
    frames = frames_of(ready.people)
    run.faces.replace(connection, job.project_id, media_id, ready.faces, frames)
    run.bindings.write_matches(connection, job.project_id, media_id, ready.matches)
    indexed = ready.indexed
    index_media(
        connection,
        job.project_id,
        media_id,
        indexed.document,
        given_of(run, job),
        indexed.looks,
        indexed.item,
    )
    return {
        "media_id": job.media_id,
        "revision": revision,
        "result_digest": ready.digest,
        "suggestion": job.suggestion,
    }
