"""Importing what annotators changed in Label Studio as feedback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from videre.cli.failures import CommandError
from videre.client import Videre
from videre.exports.label_studio_feedback import SOURCE, Changes, changes, request_id
from videre.exports.label_studio_read import Annotation, NotAnExportError, read_annotations
from videre.v1 import analysis_pb2, feedback_pb2

#: Corrections of one request; the API takes 1,000.
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one annotation.

    Args:
        media_id: media it is about.
        author: who annotated.
        corrections: corrections in it; stored unless they were to be shown only.
        again: an earlier import had stored them.
        kept: regions that came back as they were sent.
        removals_known: False where a region that is gone says nothing.
        unread: results that were not understood, by type.
    """

    media_id: str
    author: str
    corrections: tuple[feedback_pb2.Correction, ...]
    again: bool
    kept: int
    removals_known: bool
    unread: Mapping[str, int]


def import_annotations(
    client: Videre, data: bytes, *, dry_run: bool = False, library_id: str = ""
) -> list[Outcome]:
    """Store the corrections of an export, annotation by annotation.

    Args:
        dry_run: only say what would be stored.
        library_id: library of persons that learns who is who; "" = none.

    Raises:
        CommandError: the bytes are no export of Label Studio with tasks of ours.
        VidereClientError: the server refuses or does not answer; what was stored before stays.
    """
    try:
        annotations = read_annotations(data)
    except NotAnExportError as error:
        raise CommandError(f"the file {error}") from error
    analyses = _Analyses(client)
    outcomes = []
    for annotation in annotations:
        found = changes(annotation, analyses.of(annotation))
        again = not dry_run and _store(client, annotation, found, library_id)
        outcomes.append(
            Outcome(
                media_id=annotation.media_id,
                author=annotation.author,
                corrections=found.corrections,
                again=again,
                kept=found.kept,
                removals_known=found.removals_known,
                unread=annotation.unread,
            )
        )
    return outcomes


class _Analyses:
    """Fetches the analysis of a task; the last one is kept, as a task has several annotations."""

    def __init__(self, client: Videre) -> None:
        self._client = client
        self._kept: tuple[tuple[str, int, str], analysis_pb2.Analysis] | None = None

    def of(self, annotation: Annotation) -> analysis_pb2.Analysis:
        """Return the analysis that an annotation was made from."""
        key = (annotation.media_id, annotation.revision, annotation.language)
        if self._kept is None or self._kept[0] != key:
            wanted = analysis_pb2.AnalysisFilter(language_code=annotation.language)
            analysis = self._client.get_analysis(
                annotation.media_id, revision=annotation.revision, filter=wanted
            )
            self._kept = key, analysis
        return self._kept[1]


def _store(client: Videre, annotation: Annotation, found: Changes, library_id: str) -> bool:
    """Store corrections; tell whether all of them had been stored before."""
    again = []
    for part, corrections in enumerate(_parts(found.corrections)):
        answer = client.submit_feedback(
            feedback_pb2.SubmitFeedbackRequest(
                request_id=request_id(annotation, part),
                media_id=annotation.media_id,
                revision=annotation.revision,
                corrections=corrections,
                author=annotation.author,
                source=SOURCE,
                library_id=library_id,
            )
        )
        again.append(answer.reused)
    return bool(again) and all(again)


def _parts(
    corrections: Sequence[feedback_pb2.Correction],
) -> Iterator[Sequence[feedback_pb2.Correction]]:
    for at in range(0, len(corrections), _AT_ONCE):
        yield corrections[at : at + _AT_ONCE]


def outcome_dict(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as JSON."""
    from videre.cli.console import message_dict

    return {
        "mediaId": outcome.media_id,
        "author": outcome.author,
        "corrections": [message_dict(one) for one in outcome.corrections],
        "storedBefore": outcome.again,
        "kept": outcome.kept,
        "removalsKnown": outcome.removals_known,
        "unread": dict(outcome.unread),
    }
