"""The fake server for users' tests: what a client sees of it is what it sees of a real one."""

from __future__ import annotations

import gzip
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import google_crc32c
import grpc
import pytest
from client_programs import blocks
from hypothesis import given
from hypothesis import strategies as st

from videre.client import (
    AlreadyExists,
    FailedPrecondition,
    InvalidRequest,
    NotFound,
    NotImplementedByServer,
    Overloaded,
    RetryPolicy,
    Videre,
)
from videre.client.testing import FakeServer, Refusal, packaged_recording, read_recording
from videre.client.testing._course import apply, course, pending
from videre.client.testing._pages import page_of
from videre.v1 import analysis_pb2, job_pb2, media_pb2, media_pb2_grpc, search_pb2

SAMPLE = packaged_recording()
ONCE = RetryPolicy(attempts=1)


@pytest.fixture(scope="module")
def server() -> Iterator[FakeServer]:
    with FakeServer() as running:
        yield running


@pytest.fixture
def videre(server: FakeServer) -> Iterator[Videre]:
    with Videre(server.target, retry=ONCE) as client:
        yield client


def test_a_file_is_uploaded_analysed_and_read(videre: Videre, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(bytes(range(256)) * 9_000)  # three pieces
    job = videre.wait(videre.submit(film, user_data="字", tags={"from": "test"}).job_id)
    assert (job.state, job.user_data, dict(job.tags)) == (
        job_pb2.JOB_STATE_SUCCEEDED, "字", {"from": "test"},
    )  # fmt: skip
    assert [stage.name for stage in job.stages] == [stage.name for stage in SAMPLE.job.stages]
    analysis = videre.get_analysis(job.media_id, view=analysis_pb2.ANALYSIS_VIEW_FULL)
    assert analysis.text_lines == SAMPLE.analysis.text_lines
    assert analysis.media_id == job.media_id
    media = videre.get_media(job.media_id)
    assert media.size_bytes == film.stat().st_size
    again = videre.read_artifact_to(media.digest, tmp_path / "again.mp4")
    assert again.read_bytes() == film.read_bytes()


def test_a_request_sent_again_makes_nothing_twice(videre: Videre) -> None:
    request = job_pb2.SubmitJobRequest(request_id="once")
    request.inputs.add(inline_text="Hello.")
    first, again = videre.submit_request(request), videre.submit_request(request)
    assert (first.reused, again.reused) == (False, True)
    assert first.job.job_id == again.job.job_id
    request.user_data = "other"
    with pytest.raises(AlreadyExists) as caught:
        videre.submit_request(request)
    assert caught.value.reason == "REQUEST_ID_REUSED"


def test_events_come_one_by_one_and_go_on_where_they_were_left() -> None:
    with FakeServer(event_s=0.01) as server, Videre(server.target) as videre:
        job = videre.submit(text="Hello.")
        assert job.state == job_pb2.JOB_STATE_QUEUED
        events = list(videre.watch(job.job_id))
        assert [event.seq for event in events] == list(range(1, len(SAMPLE.job.stages) + 4))
        assert events[-1].state_changed.state == job_pb2.JOB_STATE_SUCCEEDED
        later = list(videre.watch(job.job_id, after_seq=5))
        assert later == events[5:]


def test_a_job_can_be_cancelled_on_its_way() -> None:
    with FakeServer(event_s=0.2) as server, Videre(server.target) as videre:
        job_id = videre.submit(text="Hello.").job_id
        with pytest.raises(FailedPrecondition):
            videre.delete(job_id)
        assert videre.cancel(job_id).state == job_pb2.JOB_STATE_CANCELLED
        assert videre.cancel(job_id).state == job_pb2.JOB_STATE_CANCELLED
        seqs = [event.seq for event in videre.watch(job_id)]
        assert seqs == list(range(1, len(seqs) + 1))
        videre.delete(job_id)
        with pytest.raises(NotFound):
            videre.query(job_id)


def test_a_job_says_what_is_to_become_of_it(videre: Videre) -> None:
    job = videre.wait(videre.submit(text="Hello.", tags={"fake.state": "FAILED"}).job_id)
    assert (job.state, job.error.reason) == (job_pb2.JOB_STATE_FAILED, "MEDIA_UNREADABLE")
    assert not job.result_digest
    for tags in ({"fake.state": "LOST"}, {"fake.recording": "nothing"}):
        with pytest.raises(InvalidRequest) as caught:
            videre.submit(text="Hello.", tags=tags)
        assert caught.value.violations[0].field.startswith("tags[fake.")


def test_recordings_are_chosen_by_name(tmp_path: Path) -> None:
    answer = {
        "job": {"jobId": "j", "state": "JOB_STATE_PARTIAL", "endTime": "2026-01-01T00:00:00Z"},
        "analysis": {"keywords": []}, "laterField": 1,
    }  # fmt: skip
    path = tmp_path / "half.json"
    path.write_text(json.dumps(answer))
    half = read_recording(path)
    packed = tmp_path / "half.json.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read_recording(packed) == half
    with FakeServer([SAMPLE, half]) as server, Videre(server.target) as videre:
        job = videre.wait(videre.submit(text="x", tags={"fake.recording": "half"}).job_id)
        assert job.state == job_pb2.JOB_STATE_PARTIAL
        assert videre.wait(videre.submit(text="x").job_id).state == job_pb2.JOB_STATE_SUCCEEDED


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"job": {"jobId": "j"}}', "\xff"])
def test_what_is_no_recording_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ValueError, match="x"):
        read_recording(path)


def test_refusals_are_as_a_test_asks_for_them(server: FakeServer, videre: Videre) -> None:
    full = Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED", retry_after_s=2.5)
    wrong = Refusal(grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID", fields={"priority": "0..9"})
    server.refuse("SubmitJob", full, wrong)
    with pytest.raises(Overloaded) as overloaded:
        videre.submit(text="x")
    assert (overloaded.value.reason, overloaded.value.retry_after_s) == ("QUOTA_EXCEEDED", 2.5)
    with pytest.raises(InvalidRequest) as invalid:
        videre.submit(text="x")
    assert [one.field for one in invalid.value.violations] == ["priority"]
    job = videre.submit(text="counted")
    assert [one.inputs[0].inline_text for one in server.calls("SubmitJob")][-1:] == ["counted"]
    assert videre.query(job.job_id).job.job_id == job.job_id


def test_what_a_recording_cannot_answer_is_said(videre: Videre) -> None:
    job = videre.wait(videre.submit(text="x").job_id)
    with pytest.raises(NotImplementedByServer):
        videre.get_analysis(job.media_id, view=analysis_pb2.ANALYSIS_VIEW_TIMELINE)
    with pytest.raises(NotImplementedByServer):
        videre.search.moments(search_pb2.SearchMomentsRequest(query="dog"))


def test_wrong_pieces_are_refused_as_by_a_real_server(server: FakeServer) -> None:
    with grpc.insecure_channel(server.target) as channel:
        stub = media_pb2_grpc.MediaServiceStub(channel)
        upload = stub.CreateUpload(media_pb2.CreateUploadRequest(total_size=4)).upload
        for request, code in (
            (media_pb2.WriteUploadRequest(data=b"good", crc32c=1), "INVALID_ARGUMENT"),
            (media_pb2.WriteUploadRequest(data=b"", crc32c=0), "INVALID_ARGUMENT"),
            (
                media_pb2.WriteUploadRequest(data=b"x", offset=1, crc32c=google_crc32c.value(b"x")),
                "OUT_OF_RANGE",
            ),
        ):
            request.upload_id = upload.upload_id
            with pytest.raises(grpc.RpcError) as caught:
                stub.WriteUpload(request)
            assert caught.value.code().name == code
        with pytest.raises(grpc.RpcError) as early:
            stub.CompleteUpload(media_pb2.CompleteUploadRequest(upload_id=upload.upload_id))
        assert early.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_lists_come_in_pages_newest_first(tmp_path: Path) -> None:
    with FakeServer() as server, Videre(server.target) as videre:
        made = [videre.submit(text="x", tags={"n": str(n % 2)}).job_id for n in range(5)]
        assert [job.job_id for job in videre.list_jobs()] == made[::-1]
        assert [job.job_id for job in videre.list_jobs(tags={"n": "1"})] == [made[3], made[1]]
        assert len(list(videre.list_media())) == 5


@given(st.integers(1, 40), st.sampled_from([1, 2, 3]))
def test_pages_are_the_whole(size: int, view: int) -> None:
    request = job_pb2.QueryJobRequest(
        page_size=size, view=analysis_pb2.AnalysisView.ValueType(view)
    )
    whole, pages = analysis_pb2.Analysis(), 0
    while True:
        page, request.page_token = page_of(SAMPLE.analysis, request)
        pages += 1
        whole.labels.extend(page.labels)
        assert page.engines == SAMPLE.analysis.engines
        if not request.page_token:
            break
    assert whole.labels == SAMPLE.analysis.labels
    assert pages >= len(SAMPLE.analysis.labels) // size


@given(st.integers(0, 40), st.sampled_from([job_pb2.JOB_STATE_SUCCEEDED, job_pb2.JOB_STATE_FAILED]))
def test_progress_never_falls(cut: int, end: job_pb2.JobState.ValueType) -> None:
    events = course(SAMPLE.job, end)
    shares = []
    for count in range(min(cut, len(events)) + 1):
        job = job_pb2.Job(stages=pending(SAMPLE.job))
        apply(job, SAMPLE.job, events[:count])
        shares.append(job.progress)
        assert job.last_seq == count
    assert all(before <= after for before, after in itertools.pairwise(shares))


def test_the_example_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = Path(__file__).parents[3] / "docs" / "clients" / "fake.md"
    (example,) = blocks(page, "python")
    exec(compile(example, str(page), "exec"), {})
    assert capsys.readouterr().out == "QUOTA_EXCEEDED 30.0\n2 1.0\n"


def test_the_command_serves_until_it_is_told_to_end() -> None:
    command = [sys.executable, "-m", "videre.cli", "fake", "--port", "0", "--event-interval", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        target = ready.removeprefix("videre fake ready on ").split()[0]
        with Videre(target) as videre:
            job = videre.wait(videre.submit(text="x").job_id)
        assert job.state == job_pb2.JOB_STATE_SUCCEEDED
        process.terminate()
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
