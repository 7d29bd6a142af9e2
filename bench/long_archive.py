"""A film of many showings, kept as if it had been analysed: what it can be judged by again.

What engines saw of the film once is stored for every showing, later in time. It is fused and judged
as a job's evidence is, and stored with the media that the copy is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from bench.archive import Archive, job_of, store_copy
from bench.long_film import repeated
from bench.stored import fusion_of
from videre.common.values import sha256_hex
from videre.orchestrator.document.canonical import record_to_json
from videre.orchestrator.evidence import Evidence, EvidenceBlob
from videre.orchestrator.features import FRAME_FEATURES, SOUND
from videre.orchestrator.fusion.inputs import FusionInput
from videre.orchestrator.moderation.evaluate import moderate
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.sights import sampled_spans
from videre.orchestrator.steps import conclusion
from videre.orchestrator.steps.judging import FeatureKeys, Kept
from videre.orchestrator.store.evidence import EvidenceRow
from videre.orchestrator.store.records import JobRecord

#: Features whose evidence judging reads again.
_KEPT = frozenset({SOUND.name, *(feature.name for feature in FRAME_FEATURES)})
#: Pieces of evidence of one feature that stand in one blob, as those of a unit do.
_OF_A_BLOB = 64


async def store_long_film(archive: Archive, job_id: str, times: int) -> tuple[str, float]:
    """Store the film of a job as one that shows it so many times; return its id and its seconds."""
    app, run = archive.app, archive.app.runtime()
    job = job_of(app, job_id)
    given = repeated(await fusion_of(run, job_id), times)
    analysis = (await conclusion.fused(given)).analysis
    judged = ModerationInput(
        analysis=analysis,
        evidence=given.evidence,
        engines=given.engines,
        context=given.context,
        word_lists=run.templates.word_lists,
    )
    verdict = moderate(run.templates.moderation(job.project_id, ""), judged)
    media = replace(analysis.media, duration_ns=given.timeline.duration_ns)
    document = replace(analysis, media=media, verdict=verdict)
    digest = sha256_hex(f"{job_id} {times}".encode())
    kept = _keep(archive, job, given, digest)
    media_id = store_copy(app, job, document, digest, judged_digest=kept, artifacts=[kept])
    return media_id, given.timeline.duration_ns / 1e9


def _keep(archive: Archive, job: JobRecord, given: FusionInput, digest: str) -> str:
    """Store what the film can be judged by again; return its digest."""
    by_feature: dict[str, list[Evidence]] = defaultdict(list)
    for record in given.evidence:
        if record.feature in _KEPT:
            by_feature[record.feature].append(record)
    keys = tuple(
        FeatureKeys(feature, tuple(_blobs(archive, job, feature, records, digest)))
        for feature, records in sorted(by_feature.items())
    )
    kept = Kept(plan=job.plan_digest, evidence=keys, sampled=sampled_spans(given.evidence))
    return archive.app.artifacts.put(job.project_id, record_to_json(kept), codec="zstd")


def _blobs(
    archive: Archive, job: JobRecord, feature: str, records: list[Evidence], digest: str
) -> Iterable[str]:
    """Store the evidence of a feature in blobs as large as those of units; yield their keys."""
    app = archive.app
    for at in range(0, len(records), _OF_A_BLOB):
        some = records[at : at + _OF_A_BLOB]
        span = some[0].span.hull(some[-1].span)
        blob = EvidenceBlob(feature, some[0].engine, span, tuple(some)).encode()
        stored = app.artifacts.put(job.project_id, blob, codec="zstd")
        key = sha256_hex(f"{digest} {feature} {at}".encode())
        source = app.media.get(job.project_id, job.media_id or "")
        row = EvidenceRow(
            key, job.project_id, source.digest, feature, some[0].engine, stored, span.start_ns,
            span.end_ns,
        )  # fmt: skip
        app.evidence.put(row, [])
        yield key
