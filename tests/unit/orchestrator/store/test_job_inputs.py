"""Which jobs work on a media, as their own or beside it, is known without their requests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from videre.common.errors import Reason, VidereError
from videre.orchestrator.api.request import job_request, media_beside
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.erasing import ErasureStore
from videre.orchestrator.store.jobs import JobStore
from videre.orchestrator.store.media import MediaStore, NewMedia
from videre.orchestrator.store.records import JobState
from videre.v1 import job_pb2

#: No request can be read that says this.
UNREADABLE = b"\xff"


def test_jobs_that_work_on_a_media_beside_their_own_are_known(
    database: Database, jobs: JobStore, media: MediaStore, submit: Callable[..., str]
) -> None:
    """Also those that an earlier release has stored; of others no request is opened."""
    known = {name: media.create(NewMedia(name, "films", "upload:x", "ada")) for name in "abc"}
    erasures = ErasureStore(database, lambda request: media_beside(job_request(request)))

    def work(name: str, own: str, *beside: str, cover: str = "") -> None:
        request = job_pb2.SubmitJobRequest()
        request.inputs.add(media_id=own)
        for number, one in enumerate(beside):
            request.inputs.add(name=f"in{number}", media_id=one)
        if cover:
            request.context.covers.add(media_id=cover)
        stored, inputs = request.SerializeToString(), media_beside(request)
        submit(id=name, media_id=own, request=stored, inputs=inputs)

    def end(*names: str) -> None:
        for job_id in names:
            jobs.finish(job_id, JobState.CANCELLED, retention_ns=10**15)

    def naming(name: str) -> list[str]:
        return sorted(erasures.trace_media(known[name], close_reviews=True).jobs)

    work("own", "b")
    work("beside", "a", "c", "b", "c")
    work("cover", "a", cover="b")
    work("other", "a", "c")
    work("earlier", "a", "b", cover="c")
    work("earlier other", "a")
    end("own", "other", "earlier", "earlier other")
    with database.steps.begin() as connection:
        old = t.job.c.id.like("earlier%")
        connection.execute(sa.delete(t.job_input).where(t.job_input.c.job_id == "earlier"))
        connection.execute(sa.update(t.job).where(old).values(inputs_told=False))
        connection.execute(sa.update(t.job).where(sa.not_(old)).values(request=UNREADABLE))
    for call in (
        lambda: naming("b"),
        lambda: media.delete("films", "b", "", close_reviews=True),
    ):
        with pytest.raises(VidereError) as used:
            call()
        assert used.value.reason is Reason.MEDIA_IN_USE
    end("beside", "cover")
    assert naming("b") == ["beside", "cover", "earlier", "own"]
    with database.steps.begin() as connection:
        connection.execute(sa.update(t.job).values(request=UNREADABLE))
    assert naming("b") == ["beside", "cover", "earlier", "own"], "what was read once is kept"
    assert naming("c") == ["beside", "earlier", "other"]
    for job_id in naming("b"):
        jobs.purge(job_id)
    media.delete("films", "b", "", close_reviews=True)
    assert naming("a") == ["earlier other", "other"]
    assert naming("c") == ["other"]
