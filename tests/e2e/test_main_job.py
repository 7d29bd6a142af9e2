"""The main job over real processes: submit, follow, read the answer, submit again, cancel."""

from __future__ import annotations

import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
import synth
from running import ALL, Processes, processes

from videre.client import ServerRefusal, Videre
from videre.v1 import analysis_pb2, job_pb2, production_pb2, template_pb2

pytestmark = pytest.mark.e2e

END_S = 240.0
FULL = analysis_pb2.ANALYSIS_VIEW_FULL


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with processes(tmp_path_factory.mktemp("suite"), *ALL, VIDERE_SLOTS="2") as running:
        yield running


@pytest.fixture(scope="module")
def client(suite: Processes) -> Iterator[Videre]:
    with suite.client() as client:
        yield client


class Plain(synth.Clip):
    """A clip without the burned-in frame number, whose large blocks change like a cut."""

    def picture(self, frame: int) -> synth.Rgb:
        return synth.scene(sum(1 for cut in self.cuts if cut <= frame), *self.size)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighty seconds with cuts and sound: four units, so that chunks of 1, 3 and all differ."""
    clip = Plain(
        "film.mp4",
        2_000,
        size=(320, 180),
        rate=Fraction(25),
        cuts=(200, 460, 700, 1_000, 1_600),
        encoder=(("preset", "ultrafast"), ("g", "50"), ("bf", "2")),
        sounds=(synth.Sound(synth.tone(80.0)),),
    )
    return synth.make(clip, tmp_path_factory.mktemp("film"))


@pytest.fixture(scope="module")
def done(client: Videre, film: Path) -> job_pb2.Job:
    job = client.submit(film, title="A film", request_id="first")
    return client.wait(job.job_id, timeout_s=END_S)


def test_every_stage_of_the_job_is_accounted_for(done: job_pb2.Job) -> None:
    assert done.state == job_pb2.JOB_STATE_SUCCEEDED, done
    states = {stage.name: stage.state for stage in done.stages}
    assert states["shots"] == analysis_pb2.STAGE_STATE_SUCCEEDED
    assert states["text"] == analysis_pb2.STAGE_STATE_SUCCEEDED
    assert states["sound"] == analysis_pb2.STAGE_STATE_SUCCEEDED
    open_states = (analysis_pb2.STAGE_STATE_PENDING, analysis_pb2.STAGE_STATE_RUNNING)
    assert not [name for name, state in states.items() if state in open_states]
    assert done.model_calls > 0
    assert done.progress == 1.0


def test_shots_are_exact_to_the_frame(client: Videre, done: job_pb2.Job) -> None:
    analysis = client.query(done.job_id, view=FULL).analysis
    starts = [shot.span.start_frame for shot in analysis.shots]
    assert starts == [0, 200, 460, 700, 1_000, 1_600]
    assert analysis.shots[-1].span.end_frame == 2_000
    assert analysis.shots[1].span.start_timecode == "00:00:08:00"


def test_key_frames_can_be_read_and_show_their_shot(client: Videre, done: job_pb2.Job) -> None:
    analysis = client.query(done.job_id, view=FULL).analysis
    for shot in analysis.shots:
        assert shot.picture_digest
    data = client.read_artifact(analysis.shots[2].picture_digest)
    assert data.startswith(b"\xff\xd8\xff")


def test_events_have_no_gaps_and_resume_by_sequence(client: Videre, done: job_pb2.Job) -> None:
    events = list(client.watch(done.job_id))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert events[-1].state_changed.state == job_pb2.JOB_STATE_SUCCEEDED
    tail = list(client.watch(done.job_id, after_seq=events[-3].seq))
    assert [event.seq for event in tail] == [event.seq for event in events[-2:]]


def test_a_verdict_says_what_was_looked_at(client: Videre, done: job_pb2.Job) -> None:
    verdict = client.query(done.job_id, view=FULL).analysis.verdict
    assert verdict.template == "careful@4"
    assert {group.medium for group in verdict.groups} >= {"image", "text", "metadata"}
    assert verdict.suggestion != analysis_pb2.SUGGESTION_UNSPECIFIED


def test_judged_again_it_says_the_same(client: Videre, done: job_pb2.Job) -> None:
    request = template_pb2.RemoderateRequest(template="careful", job_ids=[done.job_id])
    answer = client.templates.remoderate(request)
    (count,) = answer.counts
    assert (count.from_suggestion, count.to_suggestion) == (done.suggestion, done.suggestion)
    assert not answer.changes
    assert not answer.not_judged


def test_the_same_bytes_again_call_no_model(client: Videre, done: job_pb2.Job, film: Path) -> None:
    job = client.submit(film, title="A film", request_id="second")
    again = client.wait(job.job_id, timeout_s=60)
    assert again.state == job_pb2.JOB_STATE_SUCCEEDED
    assert again.media_id != done.media_id
    assert again.model_calls == 0
    assert again.result_digest == done.result_digest
    assert _parts(again) == _parts(done)
    told = [_told(client, job_id) for job_id in (again.job_id, done.job_id)]
    assert told[0] == told[1], "the same stretches of the same features, each told of once"


def _parts(job: job_pb2.Job) -> dict[str, tuple[int, int, int]]:
    return {stage.name: (stage.state, stage.done, stage.total) for stage in job.stages}


def _told(client: Videre, job_id: str) -> list[tuple[str, int, int]]:
    """Return the feature, start and end of every stretch that a job's events call finished."""
    finished = [
        event.segment_finished
        for event in client.watch(job_id)
        if event.HasField("segment_finished")
    ]
    return sorted(
        (
            feature,
            segment.span.start_offset.ToNanoseconds(),
            segment.span.end_offset.ToNanoseconds(),
        )
        for segment in finished
        for feature in segment.features
    )


@pytest.mark.long
@pytest.mark.parametrize(("length", "slots"), [(1, "2"), (1_000, "1")])
def test_neither_chunks_nor_slots_change_an_answer(
    tmp_path: Path, done: job_pb2.Job, film: Path, length: int, slots: str
) -> None:
    with processes(tmp_path, *ALL, VIDERE_SLOTS=slots) as other, other.client() as client:
        request = _request_for(client, film)
        request.options.units_per_chunk = length  # three where it is not said
        job = client.submit_request(request).job
        ended = client.wait(job.job_id, timeout_s=END_S)
        assert ended.model_calls > 0
        assert ended.result_digest == done.result_digest


def _request_for(client: Videre, film: Path) -> job_pb2.SubmitJobRequest:
    media = client.upload(film).media
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(media_id=media.media_id)
    request.context.title = "A film"
    return request


def test_cancel_ends_the_job_and_all_its_work(
    client: Videre, suite: Processes, tmp_path: Path
) -> None:
    clip = Plain(
        "long.mp4",
        3_000,
        size=(320, 180),
        cuts=tuple(range(100, 3_000, 100)),
        encoder=(("preset", "ultrafast"), ("g", "50")),
    )
    job = client.submit(synth.make(clip, tmp_path), request_id="to-cancel")
    for event in client.watch(job.job_id):
        if event.HasField("segment_finished"):
            break
    cancelled = client.cancel(job.job_id)
    assert cancelled.state == job_pb2.JOB_STATE_CANCELLED
    assert cancelled.error.reason == "CANCELLED_BY_CALLER"
    # No call starts later than 2 s after; one that started before then has a second to end.
    _until(time.monotonic() + 3, client, job.job_id)
    settled, calls = client.query(job.job_id).job, suite.engine_calls()
    assert calls > 0
    _until(time.monotonic() + 3, client, job.job_id)
    assert suite.engine_calls() == calls
    after = client.query(job.job_id).job
    assert (after.last_seq, after.model_calls) == (settled.last_seq, settled.model_calls)


def _until(deadline: float, client: Videre, job_id: str) -> None:
    """Go on asking about a job until a time."""
    while time.monotonic() < deadline:
        client.query(job_id)
        time.sleep(0.05)


@pytest.mark.parametrize(("engine", "version"), [("yolo-9000", ""), ("signal-shots", "0")])
def test_a_pin_of_an_engine_that_nobody_has_is_refused(
    client: Videre, film: Path, engine: str, version: str
) -> None:
    request = _request_for(client, film)
    request.engine_pins.add(feature="shots", engine=engine, version=version)
    with pytest.raises(ServerRefusal) as refused:
        client.submit_request(request)
    assert refused.value.reason == "ENGINE_UNKNOWN"
    assert "signal-shots@" in refused.value.metadata["limit"]


def test_production_tasks_make_files(client: Videre, film: Path) -> None:
    request = _request_for(client, film)
    request.features.append("shots")
    request.production_tasks.add().cover.count = 2
    request.production_tasks.add(sprite=production_pb2.SpriteParams())
    job = client.submit_request(request).job
    ended = client.wait(job.job_id, timeout_s=END_S)
    assert ended.state == job_pb2.JOB_STATE_SUCCEEDED, ended
    assert [output.role for output in ended.outputs] == ["cover", "cover", "sprite", "index"]
    for output in ended.outputs:
        data = client.read_artifact(output.digest)
        assert len(data) == output.size_bytes


def test_a_text_document_is_read_and_judged(client: Videre) -> None:
    job = client.submit(text="Hello there.\nA quiet line about cats.")
    ended = client.wait(job.job_id, timeout_s=60)
    assert ended.state == job_pb2.JOB_STATE_SUCCEEDED, ended
    analysis = client.query(job.job_id, view=FULL).analysis
    assert [line.text for line in analysis.text_lines] == [
        "Hello there.",
        "A quiet line about cats.",
    ]
    assert analysis.verdict.suggestion == analysis_pb2.SUGGESTION_PASS
