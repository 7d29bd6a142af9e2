"""Judging again what was judged before: from what was kept for it, without any model."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from videre.common.errors import Reason, VidereError
from videre.common.values import TimeSpan, sha256_hex
from videre.orchestrator.collector import collection_paused
from videre.orchestrator.document import Analysis, RuleVersions, Verdict, VerdictGroup
from videre.orchestrator.document.canonical import (
    StoredDocument,
    record_from_json,
    record_to_json,
)
from videre.orchestrator.evidence import Evidence, decode_blob
from videre.orchestrator.features import FRAME_FEATURES, SOUND
from videre.orchestrator.fusion.inputs import NO_CONTEXT, Context, FusionInput
from videre.orchestrator.fusion.people import Faces
from videre.orchestrator.fusion.stitched import KEY_FRAMES
from videre.orchestrator.library.material import NO_MATERIAL, Material
from videre.orchestrator.moderation.compare import all_groups
from videre.orchestrator.moderation.coverage import HASHED, asked_classes, asked_features
from videre.orchestrator.moderation.evaluate import moderate
from videre.orchestrator.moderation.facts import VerdictFacts, verdict_facts
from videre.orchestrator.moderation.hits import further_features
from videre.orchestrator.moderation.inputs import MODERATION_VERSION, ModerationInput
from videre.orchestrator.moderation.listed import list_names
from videre.orchestrator.moderation.own_libraries import OwnLibraries
from videre.orchestrator.moderation.sights import sampled_spans
from videre.orchestrator.moderation.template import ModerationTemplate
from videre.orchestrator.planning import PLAN, Plan
from videre.orchestrator.steps import conclusion
from videre.orchestrator.steps.covers import read_covers
from videre.orchestrator.steps.rule_libraries import rule_libraries
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.work import Work, put_artifact
from videre.orchestrator.store.records import AnalysisRecord

#: Features whose evidence rules may ask for; words stand in the document.
_KEPT: Final = frozenset(
    {SOUND.name, KEY_FRAMES, *HASHED, *(feature.name for feature in FRAME_FEATURES)}
)
_ALL_CLASSES: Final[Mapping[str, frozenset[str]]] = MappingProxyType({})
#: Fields of an analysis that moderation reads.
_READ: Final = (
    "media", "engines", "rules", "stages", "shots", "text_lines", "utterances", "events",
    "event_rules", "audio_segments", "people", "material", "verdict",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FeatureKeys:
    """Keys of a feature's evidence, in the order in which it was read."""

    feature: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What an analysis can be judged by again, beside its document.

    Args:
        plan: digest of the plan, which knows the engines.
        evidence: keys by feature.
        sampled: spans of all sampled frames, in order of time.
        ranges: stretches [start_ns, end_ns] outside of which evidence does not count; () = all.
        context: title, description, comments, tags.
        covers: digest of what was seen of cover pictures; "" without.
    """

    plan: str = ""
    evidence: tuple[FeatureKeys, ...] = ()
    sampled: tuple[TimeSpan, ...] = ()
    ranges: tuple[tuple[int, int], ...] = ()
    context: Context = NO_CONTEXT
    covers: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on what was judged before, and the document that it would stand in.

    `hash_lists` are those that it compared, "id@version".
    """

    of: AnalysisRecord
    document: StoredDocument
    analysis: Analysis
    verdict: Verdict
    hash_lists: tuple[str, ...]

    @property
    def before(self) -> Verdict | None:
        """The verdict that stands in the document now."""
        return self.analysis.verdict


def keep_judged(
    run: Runtime,
    work: Work,
    given: FusionInput,
    keys: Mapping[str, Sequence[str]],
    context: Context,
    ranges: Sequence[tuple[int, int]],
) -> str:
    """Keep what the answer can be judged by again; return its digest.

    Args:
        keys: of the evidence, by feature, in the order in which it was read.
        context: the texts that were moderated.
    """
    job = run.jobs.by_id(work.job_id)
    if job is None:
        raise RuntimeError(f"job {work.job_id} is gone")
    kept = Kept(
        plan=job.plan_digest,
        evidence=tuple(
            FeatureKeys(name, tuple(keys[name])) for name in sorted(_KEPT & keys.keys())
        ),
        sampled=sampled_spans(given.evidence),
        ranges=() if given.timeline.counts_characters else tuple(ranges),
        context=context,
        covers=(job.pins or {}).get("covers", ""),
    )
    return run.artifacts.put(work.plan.project_id, record_to_json(kept), codec="zstd")


@dataclass(frozen=True, slots=True)
class Published:
    """A published analysis that can be judged again: of its document, what judging reads."""

    record: AnalysisRecord
    document: StoredDocument
    analysis: Analysis


def opened(run: Runtime, record: AnalysisRecord) -> Published:
    """Read a published analysis.

    Raises:
        VidereError: ARTIFACT_NOT_FOUND, ARTIFACT_CORRUPT.
    """
    try:
        document = StoredDocument(run.artifacts.read(record.project_id, record.document_digest))
        analysis = Analysis(**dict(zip(_READ, document.read(*_READ), strict=True)))
    except ValueError as error:
        raise VidereError(Reason.ARTIFACT_CORRUPT, str(error)) from error
    return Published(record, document, analysis)


def kept_of(run: Runtime, record: AnalysisRecord) -> tuple[Kept, Plan]:
    """Return what an analysis can be judged by again, and its plan.

    Raises:
        VidereError: ARTIFACT_NOT_FOUND, it was published before that was kept, or it is gone;
            ARTIFACT_CORRUPT.
    """
    if not record.judged_digest:
        raise _gone(record, "it was published before what it was judged by was kept")
    project = record.project_id
    try:
        kept = record_from_json(Kept, run.artifacts.read(project, record.judged_digest))
        plan = PLAN.validate_json(run.artifacts.read(project, kept.plan))
    except ValueError as error:
        raise VidereError(Reason.ARTIFACT_CORRUPT, str(error)) from error
    return kept, plan


def judged_by(
    run: Runtime,
    published: Published,
    template: ModerationTemplate | None,
    faces: Faces | None = None,
    *,
    whole: bool = False,
    named: bool = False,
) -> ModerationInput:
    """Return what a published analysis is judged by, beside a template.

    Args:
        template: whose rules ask for records; None = without any, where only engines and texts
            are asked for.
        faces: what the people look like; None = as it was published.
        whole: with all evidence that rules may ask for, not only what they ask for here.
        named: without the records of classes that no rule of the template names.

    Raises:
        VidereError: ARTIFACT_NOT_FOUND, it was published before that was kept, or it is gone;
            ARTIFACT_CORRUPT.
    """
    record, analysis = published.record, published.analysis
    kept, plan = kept_of(run, record)
    project = record.project_id
    lists = frozenset() if template is None else template.lists
    hash_lists = run.bindings.hash_lists(project, lists)
    classes = asked_classes(template) if named and template is not None else {}
    try:
        covers = read_covers(run, project, kept.covers)
        wanted = frozenset() if template is None else asked_features(template, first=not whole)
        records = evidence_of(run, record, kept, wanted, classes)
        libraries = {} if template is None else _libraries(run, published, template, faces)
    except ValueError as error:
        raise VidereError(Reason.ARTIFACT_CORRUPT, str(error)) from error
    given = ModerationInput(
        analysis=analysis,
        evidence=records,
        engines=conclusion.pinned_engines(plan),
        context=kept.context,
        word_lists=run.templates.word_lists,
        libraries=libraries,
        blurred=blurred_of(analysis.verdict),
        sampled=kept.sampled,
        hash_lists=hash_lists,
        covers=covers,
    )
    more = frozenset() if template is None else further_features(template, given) - wanted
    if not more:
        return given
    further = evidence_of(run, record, kept, more, classes)
    return replace(given, evidence=[*records, *further])


def _libraries(
    run: Runtime, published: Published, template: ModerationTemplate, known: Faces | None
) -> OwnLibraries:
    """Look in the libraries that a template names, as they are now."""
    record, analysis = published.record, published.analysis

    def material() -> Material:
        if not analysis.material:
            return NO_MATERIAL
        return record_from_json(Material, run.artifacts.read(record.project_id, analysis.material))

    def faces() -> Faces:
        return run.bindings.faces(record.media_id) if known is None else known

    return rule_libraries(run, record.project_id, template, analysis, faces, material)


def judge_again(
    run: Runtime,
    record: AnalysisRecord,
    template: ModerationTemplate,
    faces: Faces | None = None,
) -> Judgement:
    """Judge a published analysis by a template.

    Args:
        faces: what the people look like; None = as it was published.

    Raises:
        VidereError: ARTIFACT_NOT_FOUND, it was published before that was kept, or it is gone;
            ARTIFACT_CORRUPT.
    """
    with collection_paused():
        published = opened(run, record)
        given = judged_by(run, published, template, faces, named=True)
        verdict = moderate(template, given)
    lists = list_names(given.hash_lists, template)
    return Judgement(record, published.document, published.analysis, verdict, lists)


@dataclass(frozen=True, slots=True)
class Revised:
    """A document with another verdict.

    Args:
        artifacts: what it cites.
        digest: of the stored document.
        facts: what the chain of verdicts is to say of it.
    """

    verdict: Verdict
    artifacts: Sequence[str]
    digest: str
    facts: VerdictFacts | None


@dataclass(frozen=True, slots=True)
class Restated:
    """What of a document is another by another verdict.

    Args:
        verdict: with the blurred pictures.
        rules: by which it stands.
        pictures: artifacts that it cites.
    """

    verdict: Verdict
    rules: RuleVersions
    pictures: tuple[str, ...]

    @property
    def digest(self) -> str:
        """That of the verdict's canonical JSON."""
        return sha256_hex(record_to_json(self.verdict))


def with_verdict(run: Runtime, judgement: Judgement, template: ModerationTemplate) -> Restated:
    """Return what a document becomes by another verdict; make the blurred pictures that it lacks.

    Raises:
        VidereError: a picture is gone.
    """
    verdict, project = judgement.verdict, judgement.of.project_id
    known = blurred_of(verdict)
    missing = [one for one in conclusion.pictures_of(verdict) if one not in known]
    blurred = {**known, **conclusion.blurred_variants(run, project, missing)}
    groups = tuple(_softened(group, blurred) for group in verdict.groups)
    given = tuple(
        replace(one, groups=tuple(_softened(group, blurred) for group in one.groups))
        for one in verdict.given
    )
    rules = replace(
        judgement.analysis.rules,
        moderation=MODERATION_VERSION,
        moderation_template=template.name,
        hash_lists=judgement.hash_lists,
    )
    return Restated(
        replace(verdict, groups=groups, given=given), rules, (*blurred, *blurred.values())
    )


def _softened(group: VerdictGroup, blurred: Mapping[str, str]) -> VerdictGroup:
    """Return a group with the blurred variants of its pictures."""
    segments = (
        replace(segment, blurred_picture=blurred.get(segment.picture, ""))
        for segment in group.segments
    )
    return replace(group, segments=tuple(segments))


async def revised(run: Runtime, judgement: Judgement, template: ModerationTemplate) -> Revised:
    """Make the document with another verdict.

    Raises:
        VidereError: a picture is gone.
    """
    made = await asyncio.to_thread(with_verdict, run, judgement, template)
    data = judgement.document.with_parts(verdict=made.verdict, rules=made.rules)
    digest = await put_artifact(run, judgement.of.project_id, data, packed=True)
    facts = verdict_facts(judgement.document, digest, rules=made.rules, verdict_digest=made.digest)
    return Revised(made.verdict, [*made.pictures, digest], digest, facts)


def evidence_of(
    run: Runtime,
    of: AnalysisRecord,
    kept: Kept,
    wanted: Collection[str],
    classes: Mapping[str, frozenset[str]] = _ALL_CLASSES,
) -> list[Evidence]:
    """Read the records that rules ask for, in the order in which they were judged first.

    Args:
        wanted: features.
        classes: by feature, those whose records are read; all of a feature that is not named.

    Raises:
        VidereError: ARTIFACT_NOT_FOUND.
    """
    keys = [key for one in kept.evidence if one.feature in wanted for key in one.keys]
    rows = run.evidence.find(keys)
    if len(rows) < len(keys):
        raise _gone(of, f"{len(keys) - len(rows)} pieces of its evidence are gone")
    found: list[Evidence] = []
    for key in keys:
        blob = run.artifacts.read(of.project_id, rows[key].blob_digest)
        found += decode_blob(blob, classes=classes).records
    if not kept.ranges:
        return found
    return [record for record in found if conclusion.within(record, kept.ranges)]


def blurred_of(verdict: Verdict | None) -> dict[str, str]:
    """Return the blurred variants that were made for a verdict, by the digest of the picture."""
    return {
        segment.picture: segment.blurred_picture
        for group in (() if verdict is None else all_groups(verdict))
        for segment in group.segments
        if segment.picture and segment.blurred_picture
    }


def _gone(record: AnalysisRecord, why: str) -> VidereError:
    return VidereError(
        Reason.ARTIFACT_NOT_FOUND,
        f"media {record.media_id} cannot be judged again: {why}",
        metadata={"media_id": record.media_id},
    )
