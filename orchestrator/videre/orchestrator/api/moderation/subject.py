"""Which revision a call about a verdict means."""

from __future__ import annotations

from typing import Final, Protocol

from videre.common.errors import Reason, VidereError
from videre.orchestrator.api.analyses.published import published
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.store.records import AnalysisRecord

#: The largest number that a column of revisions holds.
MOST_REVISIONS: Final = (1 << 63) - 1


class Subject(Protocol):
    """A request that names a media, or a job."""

    @property
    def media_id(self) -> str:
        """Id of the media; "" where a job is named."""

    @property
    def job_id(self) -> str:
        """Id of the job; "" where a media is named."""

    @property
    def revision(self) -> int:
        """Revision of the media; 0 = the latest."""


def check_subject(found: Violations, request: Subject) -> None:
    """Check that a request names a media or a job, and a revision of media only."""
    if not request.media_id and not request.job_id:
        found.add("media_id", "is empty, and job_id too", "an id", "")
    found.number("revision", request.revision, 0, MOST_REVISIONS)
    if request.job_id and request.revision > 0:
        found.add("revision", "a job has one revision", "0", request.revision)


def record_of(
    app: Orchestrator, project_id: str, request: Subject, revision: int = 0
) -> AnalysisRecord:
    """Return the revision that a checked request names. Blocking.

    Args:
        revision: instead of that of the request, for a further page.

    Raises:
        VidereError: JOB_NOT_FOUND, JOB_EXPIRED, MEDIA_NOT_FOUND, ANALYSIS_NOT_FOUND.
    """
    if not request.job_id:
        return app.media.analysis(project_id, request.media_id, revision or request.revision)
    job = app.jobs.get(project_id, request.job_id)
    if revision:
        return app.media.analysis(project_id, job.media_id or "", revision)
    return published(app.media, job)


def no_verdict(record: AnalysisRecord) -> VidereError:
    """Return the refusal of a revision that nobody judged."""
    return VidereError(
        Reason.ANALYSIS_NOT_FOUND,
        f"revision {record.revision} of media {record.media_id} has no verdict",
        metadata={"media_id": record.media_id, "revision": str(record.revision)},
    )
