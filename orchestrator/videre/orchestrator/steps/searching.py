"""What the search index holds of a media: read from its document when it is published or waits."""

from __future__ import annotations

from typing import Final

import structlog

from videre.common.errors import VidereError
from videre.orchestrator.api.request import fusion_context, job_request, moderated_context
from videre.orchestrator.document import Analysis
from videre.orchestrator.document.canonical import StoredDocument
from videre.orchestrator.search.build import NOTHING, packed_document, packed_given
from videre.orchestrator.search.model import Given
from videre.orchestrator.search.moments import READ
from videre.orchestrator.search.packing import Packed
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.store.records import JobRecord

log = structlog.get_logger(__name__)

#: Media between two looks at what waits.
_BATCH: Final = 50


def packed_of(run: Runtime, project_id: str, document: StoredDocument) -> Packed:
    """Return what the index keeps of a document.

    Raises:
        ValueError: it cannot be read.
    """
    analysis = Analysis(**dict(zip(READ, document.read(*READ), strict=True)))
    entries = [(match.library_id, match.entry_id) for match in analysis.library_matches]
    names = run.search.entry_names(project_id, entries) if entries else {}
    return packed_document(analysis, names)


def given_of(run: Runtime, job: JobRecord) -> Packed:
    """Return what the index keeps of what is given with a job, else with its media."""
    given = fusion_context(job_request(job.request))
    texts = moderated_context(given, run.media.get(job.project_id, job.media_id or ""))
    return packed_given(Given(texts.title, texts.description))


def index_waiting(run: Runtime, project_id: str = "", after_id: str = "") -> tuple[int, str]:
    """Index some media that wait for it.

    Args:
        project_id: of this project; "" = of any.
        after_id: media with greater ids only.

    Returns:
        How many were looked at, and the last one.
    """
    waiting = run.search.waiting(project_id, _BATCH, after_id)
    for project, media_id in waiting:
        try:
            _index(run, project, media_id)
        except VidereError as error:  # deleted meanwhile, or its analysis was
            log.warning("media not indexed", media_id=media_id, error=str(error))
    return len(waiting), waiting[-1][1] if waiting else after_id


def _index(run: Runtime, project_id: str, media_id: str) -> None:
    media = run.media.get(project_id, media_id)
    record = run.media.analysis(project_id, media_id, 0)
    try:
        data = run.artifacts.read(project_id, record.document_digest)
        document = packed_of(run, project_id, StoredDocument(data))
    except (VidereError, ValueError) as error:
        log.warning("analysis not indexed", media_id=media_id, error=str(error))
        document = NOTHING
    known = run.search.is_known(media_id)
    given = None if known else packed_given(Given(media.title, media.description))
    run.search.write(record, document, given)
