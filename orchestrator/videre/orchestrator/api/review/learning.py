"""LearnFromReviews: what people overturned becomes what moderation lets pass."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from videre.common.auth import current_principal
from videre.common.errors import Reason, VidereError, invalid
from videre.orchestrator.api.libraries.intake import new_entries
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.review.checks import MAX_CLAIMED
from videre.orchestrator.api.review.counter_samples import WrongSight, counter_samples
from videre.orchestrator.api.templates.changes import Changes
from videre.orchestrator.api.templates.checks import check_phrases
from videre.orchestrator.api.templates.files import to_yaml
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document import Analysis, VerdictSegment
from videre.orchestrator.document.canonical import from_json, record_from_json
from videre.orchestrator.fusion.searched_texts import SearchedText, given_with, read, spoken
from videre.orchestrator.library.entries import PHASH
from videre.orchestrator.library.material import NO_MATERIAL, Material
from videre.orchestrator.library.model import LibraryKind
from videre.orchestrator.review.model import Cause, Outcome, ReviewState
from videre.orchestrator.review.phrases import phrase_around
from videre.orchestrator.store.library_lessons import learn_now
from videre.orchestrator.store.library_records import LibraryRecord
from videre.orchestrator.store.review_leases import wrong_state
from videre.orchestrator.store.review_records import FindingRecord, ReviewRecord
from videre.orchestrator.templates.documents import TemplateKind, draft_of
from videre.v1 import library_pb2
from videre.v1 import review_pb2 as pb

#: What a decision must say for its finding to be taught: it is not there, or it is allowed.
_TAUGHT: Final = frozenset({Cause.FALSE_POSITIVE.value, Cause.CONTEXT.value})
#: Kinds of libraries whose entries are shown by samples.
_SHOWN: Final = (LibraryKind.PERSONS.value, LibraryKind.PICTURES.value)
#: Frames of one finding whose hashes are taken: a shot that is wrong for an hour is a few pictures.
_MOST_FRAMES: Final = 100


@dataclass(frozen=True, slots=True)
class _Taught:
    """What the findings of reviews teach.

    Args:
        sights: per review, what is not there at all.
    """

    phrases: tuple[str, ...]
    hashes: tuple[pb.LearnedHash, ...]
    sights: tuple[tuple[ReviewRecord, tuple[WrongSight, ...]], ...]


class Learner:
    """Makes allow-phrases, entries of hash lists and counter-samples of what was overturned."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app
        self._changes = Changes(app.templates, app.libraries, app.bindings.known_hash_lists)

    async def learn(self, request: pb.LearnFromReviewsRequest) -> pb.LearnFromReviewsResponse:
        """Teach a template and a library what people have said; the same again adds nothing.

        Raises:
            VidereError: FIELD_INVALID, REVIEW_NOT_FOUND, REVIEW_STATE, TEMPLATE_NOT_FOUND,
                TEMPLATE_IS_PRESET, LIBRARY_NOT_FOUND, LIBRARY_FULL.
        """
        project = project_of(request.project_id)
        _check(request)
        taught = await asyncio.to_thread(self._taught, project, request.review_ids)
        phrases = tuple(dict.fromkeys(request.phrases)) or taught.phrases
        answer = pb.LearnFromReviewsResponse()
        if request.template_id:
            await asyncio.to_thread(self._teach_template, project, request, phrases, answer)
        if request.library_id:
            await self._teach_library(project, request, taught, answer)
        return answer

    # --- what is taught ----------------------------------------------------------------------

    def _taught(self, project: str, review_ids: Sequence[str]) -> _Taught:
        phrases: list[str] = []
        hashes: dict[str, pb.LearnedHash] = {}
        sights: list[tuple[ReviewRecord, tuple[WrongSight, ...]]] = []
        for review_id in dict.fromkeys(review_ids):
            review = self._app.reviews.get(project, review_id)
            if review.state != ReviewState.DECIDED:
                raise wrong_state(review, limit="DECIDED")
            wrong = [
                one
                for one in self._app.reviews.findings(review.id)
                if one.outcome == Outcome.OVERTURN and one.cause in _TAUGHT and not one.reason
            ]
            if wrong:
                analysis, material = self._analysis(review)
                texts = _texts(analysis, material)
                segments = [(one, _segment(analysis, one)) for one in wrong]
                sights.append((review, tuple(_not_there(segments))))
                for one, segment in segments:
                    phrases += _phrases(segment, texts)
                    for frame in _frames(segment, material) if one.medium == "image" else ():
                        hashes.setdefault(
                            frame, pb.LearnedHash(value=frame, review_id=review.id,
                                                  finding=one.position)
                        )  # fmt: skip
        return _Taught(tuple(dict.fromkeys(phrases)), tuple(hashes.values()), tuple(sights))

    def _analysis(self, review: ReviewRecord) -> tuple[Analysis, Material]:
        project, artifacts = review.project_id, self._app.artifacts
        record = self._app.media.analysis(project, review.media_id, review.revision)
        analysis = from_json(artifacts.read(project, record.document_digest))
        if not analysis.material:
            return analysis, NO_MATERIAL
        return analysis, record_from_json(Material, artifacts.read(project, analysis.material))

    # --- who learns --------------------------------------------------------------------------

    def _teach_template(
        self,
        project: str,
        request: pb.LearnFromReviewsRequest,
        phrases: Sequence[str],
        answer: pb.LearnFromReviewsResponse,
    ) -> None:
        record = self._app.templates.find(
            project, request.template_id, TemplateKind.MODERATION, field="template_id"
        )
        draft = draft_of(record.template_id, record.document)
        known = set(draft.moderation.allow_phrases)
        new = [phrase for phrase in phrases if phrase not in known]
        draft.moderation.allow_phrases.extend(new)
        changed = self._changes.update(
            project, draft, request.etag, store=not request.validate_only
        )
        answer.template = f"{changed.template_id}@{changed.version}"
        answer.phrases.extend(new)
        answer.yaml = to_yaml(changed)

    async def _teach_library(
        self,
        project: str,
        request: pb.LearnFromReviewsRequest,
        taught: _Taught,
        answer: pb.LearnFromReviewsResponse,
    ) -> None:
        library = await asyncio.to_thread(self._app.libraries.get, project, request.library_id)
        if library.kind == LibraryKind.HASHES.value:
            await self._teach_hashes(project, request, library, taught.hashes, answer)
        elif library.kind in _SHOWN:
            learned = await asyncio.to_thread(self._teach_entries, project, request, taught.sights)
            answer.samples.extend(learned)
        else:
            limit = ", ".join((LibraryKind.HASHES.value, *_SHOWN))
            raise invalid("library_id", "learns nothing", limit=limit, actual=library.kind)

    def _teach_entries(
        self,
        project: str,
        request: pb.LearnFromReviewsRequest,
        sights: Sequence[tuple[ReviewRecord, tuple[WrongSight, ...]]],
    ) -> list[pb.LearnedSample]:
        taught = [
            one
            for review, wrong in sights
            for one in counter_samples(self._app, review, wrong, request.library_id)
        ]
        fresh = learn_now(
            self._app.libraries, project, request.library_id, [lesson for lesson, _ in taught],
            current_principal().subject, check_only=request.validate_only,
        )  # fmt: skip
        new = {lesson.sample.id for lesson in fresh}
        return [told for lesson, told in taught if lesson.sample.id in new]

    async def _teach_hashes(
        self,
        project: str,
        request: pb.LearnFromReviewsRequest,
        library: LibraryRecord,
        hashes: Sequence[pb.LearnedHash],
        answer: pb.LearnFromReviewsResponse,
    ) -> None:
        entries = [
            library_pb2.NewLibraryEntry(
                entry_id=f"review-{one.value}",
                name=f"overturned in review {one.review_id}",
                hash=library_pb2.HashContent(algorithm=PHASH, value=one.value),
            )
            for one in hashes
        ]
        made, _ = await new_entries(self._app, library, entries)
        ids = [entry.entry_id for entry in made]
        known = await asyncio.to_thread(self._known, project, library.id, ids)
        fresh = [entry for entry in made if entry.entry_id not in known]
        if fresh and not request.validate_only:
            subject = current_principal().subject
            await asyncio.to_thread(
                self._app.libraries.add, project, library.id, fresh, "", subject
            )
        new = {entry.entry_id for entry in fresh}
        answer.hashes.extend(one for one in hashes if f"review-{one.value}" in new)

    def _known(self, project: str, library_id: str, ids: Sequence[str]) -> set[str]:
        pairs = {(library_id, entry_id) for entry_id in ids}
        return {entry_id for _, entry_id in self._app.libraries.names(project, pairs)}


def _check(request: pb.LearnFromReviewsRequest) -> None:
    found = Violations()
    if not 1 <= len(request.review_ids) <= MAX_CLAIMED:
        limit = f"1..{MAX_CLAIMED}"
        found.add("review_ids", f"must be {limit}", limit, len(request.review_ids))
    for index, review_id in enumerate(request.review_ids):
        found.named(f"review_ids[{index}]", review_id)
    if not request.template_id and not request.library_id:
        found.add("template_id", "is empty, and so is library_id", "one of the two", "")
    if "@" in request.template_id:
        found.add("template_id", "names a version", "id or number", request.template_id)
    if request.phrases and not request.template_id:
        found.add("phrases", "have no template", "template_id", len(request.phrases))
    check_phrases(found, "phrases", request.phrases)
    found.raise_if_any()


def _not_there(segments: Iterable[tuple[FindingRecord, VerdictSegment]]) -> Iterator[WrongSight]:
    """Yield what was seen and is not there; what is there, and allowed, is no lesson."""
    for finding, segment in segments:
        if finding.medium == "image" and finding.cause == Cause.FALSE_POSITIVE.value:
            yield WrongSight(finding.position, segment)


def _segment(analysis: Analysis, finding: FindingRecord) -> VerdictSegment:
    if analysis.verdict is None or finding.segment is None:
        raise VidereError(
            Reason.ANALYSIS_NOT_FOUND, f"review {finding.review_id} is about another analysis"
        )
    return analysis.verdict.groups[finding.place].segments[finding.segment]


def _texts(analysis: Analysis, material: Material) -> dict[str, list[SearchedText]]:
    """Return the texts that were searched, by the ids of their evidence."""
    texts = (
        *spoken(analysis.utterances),
        *read(analysis.text_lines),
        *given_with(material.context, analysis.media),
    )
    found: dict[str, list[SearchedText]] = {}
    for text in texts:
        for ref in text.refs:
            found.setdefault(ref.id, []).append(text)
    return found


def _phrases(segment: VerdictSegment, texts: dict[str, list[SearchedText]]) -> Iterator[str]:
    """Yield the words that were found with their neighbours."""
    around = [text for ref in segment.evidence for text in texts.get(ref.id, ())]
    for hit in segment.word_hits:
        for text in around:
            if text.text[hit.start : hit.end] == hit.text:
                phrase = phrase_around(text.text, hit.start, hit.end)
                if phrase:
                    yield phrase
                break


def _frames(segment: VerdictSegment, material: Material) -> Iterable[str]:
    """Return the hashes of the frames that a segment shows."""
    span = segment.span
    shown = (
        frame.hash
        for frame in material.frames
        if frame.hash and span.start_ns <= frame.span.start_ns < max(span.end_ns, span.start_ns + 1)
    )
    return list(dict.fromkeys(shown))[:_MOST_FRAMES]
