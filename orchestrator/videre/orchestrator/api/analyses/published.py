"""The revision that a job has published."""

from __future__ import annotations

from videre.common.errors import Reason, VidereError
from videre.orchestrator.store.media import MediaStore
from videre.orchestrator.store.records import AnalysisRecord, JobRecord


def published(media: MediaStore, job: JobRecord) -> AnalysisRecord:
    """Return the revision that a job published, or that took its place. Blocking.

    Raises:
        VidereError: ANALYSIS_NOT_FOUND where there is none, or its media was deleted.
    """
    if job.revision and job.media_id is not None:
        try:
            return media.analysis(job.project_id, job.media_id, job.revision)
        except VidereError as error:
            if error.reason is not Reason.MEDIA_NOT_FOUND:
                raise
    raise VidereError(
        Reason.ANALYSIS_NOT_FOUND,
        f"job {job.id} is {job.state} and has no analysis",
        metadata={"job_id": job.id, "state": job.state},
    )
