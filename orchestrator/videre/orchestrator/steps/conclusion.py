"""What fusion and moderation are given: everything a job's parts have kept."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from videre.common.signals import EDGE_COLUMNS, EDGE_ROWS, SIGNAL_FIELDS
from videre.orchestrator.api.flow import taken
from videre.orchestrator.api.request import job_request
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.collector import collection_paused
from videre.orchestrator.document import (
    Analysis,
    RuleVersions,
    StageResult,
    Verdict,
)
from videre.orchestrator.document.canonical import result_document
from videre.orchestrator.evidence import Evidence, EvidenceBlob, Spans, decode_blob
from videre.orchestrator.features import FACES, SHOTS
from videre.orchestrator.fusion.face_vectors import Embeddings
from videre.orchestrator.fusion.fuse import Fused, fuse_with_faces
from videre.orchestrator.fusion.inputs import (
    FUSION_VERSION,
    Context,
    FusionInput,
    FusionOptions,
    Grids,
    PictureSignals,
)
from videre.orchestrator.fusion.language_gate import understand
from videre.orchestrator.fusion.people import Faces
from videre.orchestrator.fusion.quality_measures import QualityMeasures
from videre.orchestrator.lexicon.names import load_names
from videre.orchestrator.library.kept_faces import faces_to_json
from videre.orchestrator.media.facts import media_facts
from videre.orchestrator.moderation.compare import all_groups
from videre.orchestrator.moderation.inputs import MODERATION_VERSION
from videre.orchestrator.planning import Plan
from videre.orchestrator.steps.grids import GridFile
from videre.orchestrator.steps.quality import read_measures
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.signals import signals_key
from videre.orchestrator.steps.work import Work, put_artifact
from videre.orchestrator.store.evidence import EvidenceRow
from videre.v1.job_pb2 import TemplateSelection

_SIGNAL_TYPE = np.dtype(list(SIGNAL_FIELDS))
#: Columns of the signals that fusion reads.
_COLUMNS = ("luma_mean", "delta_y", "delta_u", "delta_v", "chroma_deviation")
#: A reviewer's blurred picture: nothing of the picture's detail survives a tenth of its width.
_BLUR_SHARE = 10


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a job's parts have kept.

    Args:
        evidence: records of all features.
        keys: of the evidence, by feature, in the order in which it was read.
        luma: mean luma of every frame; empty without picture.
        edges: edge grid of every frame; empty without picture.
        signals: what else of the signals fusion reads; None without picture.
        embeddings: of faces, by artifact digest: float16, shape (faces, values).
        quality: measures of picture and sound.
    """

    evidence: tuple[Evidence, ...]
    keys: Mapping[str, Sequence[str]]
    luma: npt.NDArray[np.float32]
    edges: Grids
    signals: PictureSignals | None
    embeddings: Embeddings
    quality: QualityMeasures


async def gather(run: Runtime, work: Work) -> Material:
    """Read the evidence of a job's parts, and the signals of its picture."""
    return await asyncio.to_thread(_gather, run, work)


async def fused(given: FusionInput) -> Fused:
    """Fuse on a thread of its own."""
    return await asyncio.to_thread(_fused, given)


def _fused(given: FusionInput) -> Fused:
    with collection_paused():
        return fuse_with_faces(given, understand)


def _gather(run: Runtime, work: Work) -> Material:
    """Read it all on one thread: a long film has thousands of blobs."""
    parts = run.jobs.part_keys(work.job_id)
    rows = run.evidence.find(sorted({key for found in parts.values() for key in found}))
    keys: dict[str, list[str]] = {}
    records: list[Evidence] = []
    spans: Spans = {}
    with collection_paused():
        for row in sorted(rows.values(), key=_order):
            keys.setdefault(row.feature, []).append(row.key)
            records += _blob(run, row, spans).records
    embeddings = _embeddings(run, work, records)
    quality = read_measures(run, work, records)
    signals = _signals(run, work)
    if signals is None:
        nothing = np.zeros(0, np.float32), np.zeros((0, EDGE_ROWS, EDGE_COLUMNS), np.uint8)
        return Material(tuple(records), keys, *nothing, None, embeddings, quality)
    columns, edges, cells = signals
    looks = PictureSignals(
        change=np.maximum.reduce([columns[name] for name in ("delta_y", "delta_u", "delta_v")]),
        chroma_deviation=columns["chroma_deviation"],
        cells=cells,
    )
    luma = columns["luma_mean"]
    return Material(tuple(records), keys, luma, edges, looks, embeddings, quality)


def _embeddings(run: Runtime, work: Work, records: Sequence[Evidence]) -> Embeddings:
    """Read the embeddings of all faces: the last row of a matrix is some face's."""
    rows: dict[str, int] = {}
    for record in records:
        if record.feature == FACES.name and record.embedding:
            digest, _, row = record.embedding.rpartition("/")
            rows[digest] = max(rows.get(digest, 0), int(row) + 1)
    return {
        digest: np.frombuffer(
            run.artifacts.read(work.plan.project_id, digest), np.dtype("<f2")
        ).reshape(count, -1)
        for digest, count in rows.items()
    }


def _blob(run: Runtime, row: EvidenceRow, spans: Spans | None = None) -> EvidenceBlob:
    return decode_blob(run.artifacts.read(row.project_id, row.blob_digest), spans)


def _order(row: EvidenceRow) -> tuple[str, int, str]:
    return row.feature, row.start_ns, row.key


def _signals(
    run: Runtime, work: Work
) -> tuple[Mapping[str, npt.NDArray[Any]], Grids, Grids] | None:
    """Return the columns in use, edges and light of all frames; None without all of its units."""
    units = work.plan.units
    if not units or not work.plan.picture_chunks:
        return None
    keys = [signals_key(work, unit) for unit in units]
    rows = run.evidence.find(keys)
    if len(rows) != len(keys):
        return None
    frames = sum(unit.end_frame - unit.start_frame for unit in units)
    # Filled unit by unit: the records of all units beside the columns would be twice as much.
    columns = {name: np.empty(frames, _SIGNAL_TYPE[name]) for name in _COLUMNS}
    edges, cells = (GridFile(run.settings.spool_path) for _ in range(2))
    done = 0
    for key, unit in zip(keys, units, strict=True):
        digest = _blob(run, rows[key]).records[0].embedding.partition("/")[0]
        signals = np.frombuffer(run.artifacts.read(work.plan.project_id, digest), _SIGNAL_TYPE)
        if len(signals) != unit.end_frame - unit.start_frame:
            return None
        for name, column in columns.items():
            column[done : done + len(signals)] = signals[name]
        edges.append(signals["edges"])
        cells.append(signals["luma"])
        done += len(signals)
    return columns, edges, cells


def pinned_engines(plan: Plan) -> tuple[EngineFacts, ...]:
    """Return every engine that the plan pinned, in the order of the features."""
    engines = [feature.engine for feature in plan.features if feature.engine is not None]
    if plan.speech_activity is not None:
        engines.append(plan.speech_activity)
    return tuple(engines)


def fusion_input(
    run: Runtime,
    work: Work,
    material: Material,
    *,
    stages: tuple[StageResult, ...],
    context: Context,
    options: FusionOptions,
    ranges: Sequence[tuple[int, int]],
    templates: TemplateSelection,
) -> FusionInput:
    """Return what fusion looks at; with `ranges`, only the evidence that overlaps them."""
    evidence = material.evidence
    timeline = work.index.timeline()
    if ranges and not timeline.counts_characters:  # ranges are times, and such text has none
        evidence = tuple(record for record in evidence if within(record, ranges))
    edges = material.edges
    names = load_names(run.settings.name_list_paths)
    taxonomy = run.taxonomies.at(work.plan.project_id, work.plan.taxonomy_overlay)
    return FusionInput(
        timeline=timeline,
        media=media_facts(work.index),
        evidence=evidence,
        stages=stages,
        taxonomy=taxonomy,
        engines=pinned_engines(work.plan),
        rules=RuleVersions(
            plan=work.plan.version,
            taxonomy=taxonomy.version,
            fusion=f"{FUSION_VERSION}+names.{names.version}" if names.own else FUSION_VERSION,
            moderation=MODERATION_VERSION,
            events=run.event_rules.version,
            analysis_template=templates.analysis,
            moderation_template=templates.moderation,
            production_template=templates.production,
        ),
        event_rules=run.event_rules,
        context=context,
        options=options,
        luma=material.luma,
        edges=(lambda start, end: edges[start:end]) if len(edges) else None,
        names=names,
        signals=material.signals,
        embeddings=material.embeddings,
        quality=material.quality,
    )


def within(record: Evidence, ranges: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a record lies in a wanted range; shots and whole tracks always matter."""
    if record.feature in (SHOTS.name, "loudness", "music", "quality"):
        return True
    return any(record.span.start_ns < end and start < record.span.end_ns for start, end in ranges)


def pictures_of(verdict: Verdict) -> list[str]:
    """Return the digests of the pictures that a verdict cites."""
    segments = (segment for group in all_groups(verdict) for segment in group.segments)
    return sorted({segment.picture for segment in segments if segment.picture})


async def blurred_pictures(
    run: Runtime, project_id: str, pictures: Sequence[str]
) -> Mapping[str, str]:
    """Make the blurred variants of pictures; by the picture's digest."""
    return await asyncio.to_thread(blurred_variants, run, project_id, pictures)


def blurred_variants(run: Runtime, project_id: str, pictures: Sequence[str]) -> Mapping[str, str]:
    """Make the blurred variants of pictures; by the picture's digest. Blocking.

    Raises:
        VidereError: a picture is gone.
    """
    return {
        digest: run.artifacts.put(
            project_id, blur(run.artifacts.read(project_id, digest)), codec="none"
        )
        for digest in pictures
    }


def blur(jpeg: bytes) -> bytes:
    """Return a JPEG of the same size of which only colours and coarse shapes are left."""
    import cv2  # 16 MB, and most films have nothing to blur

    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("a kept picture is no JPEG")
    height, width = picture.shape[:2]
    small = cv2.resize(
        picture,
        (max(1, width // (_BLUR_SHARE * 8)), max(1, height // (_BLUR_SHARE * 8))),
        interpolation=cv2.INTER_AREA,
    )
    coarse = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    _, data = cv2.imencode(".jpg", coarse, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return bytes(data)


async def keep_document(
    run: Runtime, work: Work, analysis: Analysis, faces: Faces, judged: str, cited: Sequence[str]
) -> str:
    """Keep the document, its faces and what it cites for the job; return the result digest.

    Args:
        judged: digest of what it can be judged by again.
    """
    project = work.plan.project_id
    digest = await put_artifact(run, project, result_document(analysis), packed=True)
    looks = ""
    if faces.vectors:
        looks = await put_artifact(run, project, faces_to_json(faces), packed=True)
        cited = [*cited, looks]
    cited = [digest, judged, *cited]
    await asyncio.to_thread(run.evidence.refer, project, cited, "job", work.job_id)
    suggestion = analysis.verdict.suggestion.value if analysis.verdict is not None else ""
    rules: dict[str, Any] = dataclasses.asdict(analysis.rules)
    job = await asyncio.to_thread(run.jobs.by_id, work.job_id)
    pins = dict((job.pins if job is not None else None) or {})
    flow = job_request(job.request).flow if job is not None else ()
    await asyncio.to_thread(
        run.jobs.update,
        work.job_id,
        document_digest=digest,
        result_digest=digest,  # an artifact's digest is that of its plain bytes
        suggestion=suggestion,
        pins={
            **pins,
            "rules": rules,
            "faces": looks,
            "judged": judged,
            "branch": taken(flow, suggestion),
        },
    )
    return digest
