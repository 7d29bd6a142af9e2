"""Records of evidence, found again by the ids that verdicts cite, and their public messages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from videre.common.errors import VidereError
from videre.orchestrator import document as d
from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.api.messages.values import confidence
from videre.orchestrator.api.messages.verdicts import word_message
from videre.orchestrator.api.present import duration
from videre.orchestrator.api.replies import fitting
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.evidence import Evidence, decode_blob
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.refs import reference
from videre.orchestrator.moderation.explain import Highest
from videre.orchestrator.steps.runtime import Runtime
from videre.v1 import analysis_pb2, types_pb2
from videre.v1 import moderation_pb2 as pb

#: Characters and words of one record that a reply has: a paragraph of a book has a million.
_MOST_TEXT: Final = 2_000
_MOST_WORDS: Final = 500
#: Bytes that the listed words of one record may take.
_HITS_BUDGET: Final = 1 << 14
_GIVEN: Final = "metadata/"
#: Ids of records; others stand for the media's bytes and for what was given with it.
_RECORD: Final = re.compile(r"[0-9a-f]{16}/[0-9]+")


class Records:
    """Finds the records of one media by their ids. Blocking."""

    def __init__(self, run: Runtime, project_id: str, media_digest: str) -> None:
        self._run, self._project, self._digest = run, project_id, media_digest
        self._known: dict[str, Evidence] = {}
        self._read: set[str] = set()
        self._sources: dict[str, str] = {}

    def find(self, ids: Iterable[str]) -> Mapping[str, Evidence]:
        """Return the records that are still kept, and possibly others, by id."""
        wanted = {one.partition("/")[0] for one in ids if _RECORD.fullmatch(one)}
        missing = sorted(wanted - self._read)
        self._read.update(missing)
        if missing:
            for row in self._run.evidence.holding(self._project, self._digest, missing):
                try:
                    blob = decode_blob(self._run.artifacts.read(self._project, row.blob_digest))
                except (VidereError, ValueError):
                    continue  # told as gone, record by record
                self._known.update({record.id: record for record in blob.records})
                self._sources.update({record.id: row.taken_from for record in blob.records})
        return self._known

    def source(self, record_id: str) -> str:
        """Return the digest of the media that a record, found before, was taken over from."""
        return self._sources.get(record_id, "")


class Details:
    """Makes messages of records."""

    def __init__(
        self,
        messages: Messages,
        engines: Iterable[d.PinnedEngine],
        facts: Iterable[EngineFacts] | None,
        given: Mapping[str, str] | None,
        blurred: Mapping[str, str],
        source: Callable[[str], str],
    ) -> None:
        """Take what records are told by.

        Args:
            engines: those that looked.
            facts: of the same engines, with caps and thresholds; None where they are not kept.
            given: the texts given with the media, by the ids of their references; None where they
                are not kept.
            blurred: digest of a picture's blurred variant, by that of the picture.
            source: returns where a record was taken over from, by its id.
        """
        self._source = source
        self._messages, self._blurred = messages, blurred
        self._models = {
            (one.feature, f"{one.engine}@{one.version}"): one.model_digests for one in engines
        }
        self._judge = None if facts is None else Judge(facts)
        self._given = given

    def of_ref(
        self, ref: d.EvidenceRef, record: Evidence | None, *, scored: bool
    ) -> pb.EvidenceDetail:
        """Return the message of what a verdict cites.

        Args:
            ref: the reference.
            record: None where it is not kept any more.
            scored: whether its own score is compared with thresholds: not of words and text.
        """
        message = pb.EvidenceDetail(
            ref=self._ref(ref), blurred_picture_digest=self._blurred.get(ref.picture, "")
        )
        if ref.id.startswith(_GIVEN):
            text = None if self._given is None else self._given.get(ref.id)
            message.gone, message.text = text is None, (text or "")[:_MOST_TEXT]
            return message
        if not _RECORD.fullmatch(ref.id):
            return message
        if record is None:
            message.gone = True
            return message
        message.feature, message.class_name = record.feature, record.class_name
        message.taken_from = self._source(ref.id)
        message.model_digests.extend(self._models.get((record.feature, record.engine), ()))
        message.text = (record.text or " ".join(word.text for word in record.words))[:_MOST_TEXT]
        message.words.extend(
            analysis_pb2.Word(
                text=word.text,
                span=types_pb2.TimeSpan(
                    start_offset=duration(word.start_ns), end_offset=duration(word.end_ns)
                ),
                confidence=confidence(word.score),
            )
            for word in record.words[:_MOST_WORDS]
        )
        if scored and self._judge is not None:
            message.confidence = confidence(self._judge.score(record))
            message.detection_threshold = confidence(self._judge.threshold(record))
        return message

    def of_highest(self, highest: Highest, records: Mapping[str, Evidence]) -> pb.EvidenceDetail:
        """Return the message of the highest score of a label."""
        if highest.record is not None:
            return self.of_ref(reference(highest.record), highest.record, scored=True)
        message = pb.EvidenceDetail()
        hit = highest.hit
        if hit is not None:
            if hit.refs:
                ref = hit.refs[0]
                message = self.of_ref(ref, records.get(ref.id), scored=False)
            hits = (word_message(word, self._messages) for word in hit.words)
            message.word_hits.extend(fitting(hits, _HITS_BUDGET))
        message.confidence = confidence(highest.score)
        return message

    def _ref(self, ref: d.EvidenceRef) -> types_pb2.EvidenceRef:
        (message,) = self._messages.evidence([ref])
        message.span.CopyFrom(self._messages.full_span(ref.span))
        return message
