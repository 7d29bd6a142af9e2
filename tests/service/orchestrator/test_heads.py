"""A head fitted to what people said of media: no model is called, a better one is kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from calling import BUSY_S, TIMEOUT_S, Api, bound, refused
from running import Processes

from videre.v1 import analysis_pb2, feedback_pb2, job_pb2, media_pb2
from videre.v1 import library_pb2 as pb

#: Films, each of shots that show a flower and shots that show a person signing, in turn.
FILMS, SHOTS, FRAMES, FPS = 7, 8, 12, 12
SIDE = 128
NODE = "plant.flower"


def test_entries_of_heads_are_made_by_fitting_only(api: Api) -> None:
    create = pb.CreateLibraryRequest(library_id="no-heads", kind=pb.LIBRARY_KIND_HEADS)
    api.libraries.CreateLibrary(create, timeout=TIMEOUT_S)
    add = pb.AddLibraryEntriesRequest(library_id="no-heads", entries=[{"name": "x"}])
    refusal = refused(lambda: api.libraries.AddLibraryEntries(add, timeout=TIMEOUT_S))
    assert (refusal.reason, "TrainHead" in refusal.message) == ("FIELD_INVALID", True)
    export = pb.ExportLibraryRequest(library_id="no-heads")
    refusal = refused(lambda: list(api.libraries.ExportLibrary(export, timeout=TIMEOUT_S)))
    assert refusal.reason == "FIELD_INVALID"


def test_too_few_samples_and_other_kinds_are_refused(api: Api) -> None:
    for library_id, kind in (("few", pb.LIBRARY_KIND_HEADS), ("others", pb.LIBRARY_KIND_WORDS)):
        create = pb.CreateLibraryRequest(library_id=library_id, kind=kind)
        api.libraries.CreateLibrary(create, timeout=TIMEOUT_S)
    request = pb.TrainHeadRequest(library_id="few", entry_id="x", from_feedback=True)
    refusal = refused(lambda: api.libraries.TrainHead(request, timeout=TIMEOUT_S))
    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "SAMPLES_FEW")
    assert "20 of 5 media" in refusal.message
    request.library_id = "others"
    refusal = refused(lambda: api.libraries.TrainHead(request, timeout=TIMEOUT_S))
    assert (refusal.reason, refusal.metadata["field"]) == ("FIELD_INVALID", "library_id")
    request.library_id, request.node_id = "few", "no.node"
    refusal = refused(lambda: api.libraries.TrainHead(request, timeout=TIMEOUT_S))
    assert (refusal.reason, refusal.metadata["field"]) == ("FIELD_INVALID", "node_id")


@pytest.fixture(scope="module")
def looking(request: pytest.FixtureRequest) -> Api:
    if not os.environ.get("VIDERE_TEST_MEDIA") or not os.environ.get("VIDERE_MODEL_MIRROR"):
        pytest.skip("VIDERE_TEST_MEDIA and VIDERE_MODEL_MIRROR name no folders")
    found: Api = request.getfixturevalue("seeing_api")
    return found


@pytest.fixture(scope="module")
def jobs(looking: Api, tmp_path_factory: pytest.TempPathFactory) -> list[job_pb2.Job]:
    """The ended jobs of the films."""
    folder = Path(os.environ["VIDERE_TEST_MEDIA"]) / "video"
    shown = {kind: picture(folder / name) for kind, name in
             ((True, "flower.mp4"), (False, "asl_yes.mkv"))}  # fmt: skip
    rng = np.random.default_rng(3)
    made = tmp_path_factory.mktemp("films")
    ids = []
    for number in range(FILMS):
        path = made / f"{number}.mp4"
        write(path, [crop(shown[shot % 2 == 0], rng) for shot in range(SHOTS)])
        ids.append(looking.submit(submitted(looking, path)).job.job_id)
    ended = [looking.end_of(job_id, BUSY_S) for job_id in ids]
    assert all(job.state == job_pb2.JOB_STATE_SUCCEEDED for job in ended), ended
    return ended


def submitted(api: Api, path: Path) -> job_pb2.SubmitJobRequest:
    request = job_pb2.SubmitJobRequest(features=["shots", "classes", "landmarks"])
    request.inputs.add(media_id=api.uploaded(path.read_bytes(), path.name).media_id)
    return request


def picture(path: Path) -> np.ndarray:
    with av.open(str(path)) as file:
        return next(iter(file.decode(video=0))).to_ndarray(format="rgb24")


def crop(whole: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A part of a picture, large enough to show what it shows."""
    side = int(min(whole.shape[:2]) * 0.8)
    top, left = (int(rng.integers(0, length - side + 1)) for length in whole.shape[:2])
    return whole[top : top + side, left : left + side]


def write(path: Path, shots: list[np.ndarray]) -> None:
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=FPS)
        stream.width = stream.height = SIDE
        stream.pix_fmt = "yuv420p"
        for shot in shots:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(shot), format="rgb24")
            frame = frame.reformat(SIDE, SIDE)
            for _ in range(FRAMES):
                frame.pts = None
                file.mux(stream.encode(frame))
        file.mux(stream.encode())


def examples(jobs: list[job_pb2.Job]) -> Iterator[pb.HeadExample]:
    """Every shot of all films but the last."""
    for job in jobs[:-1]:
        for shot in range(SHOTS):
            one = pb.HeadExample(media_id=job.media_id, negative=shot % 2 == 1)
            one.start_offset.FromSeconds(shot * FRAMES // FPS)
            one.end_offset.FromSeconds((shot + 1) * FRAMES // FPS)
            yield one


def analysis(api: Api, media_id: str) -> analysis_pb2.Analysis:
    request = media_pb2.GetAnalysisRequest(media_id=media_id, view=analysis_pb2.ANALYSIS_VIEW_FULL)
    return api.media.GetAnalysis(request, timeout=TIMEOUT_S).analysis


@pytest.mark.engine
@pytest.mark.long
def test_a_head_is_fitted_kept_applied_and_brought_back(
    looking: Api, seeing: Processes, jobs: list[job_pb2.Job]
) -> None:
    calls = seeing.engine_calls()
    create = pb.CreateLibraryRequest(library_id="own", kind=pb.LIBRARY_KIND_HEADS)
    looking.libraries.CreateLibrary(create, timeout=TIMEOUT_S)
    request = pb.TrainHeadRequest(library_id="own", entry_id="flower", node_id=NODE)
    request.examples.extend(examples(jobs))
    request.validate_only = True
    tried = looking.libraries.TrainHead(request, timeout=TIMEOUT_S)
    assert tried.kept
    assert not tried.HasField("entry")
    request.validate_only = False
    first = looking.libraries.TrainHead(request, timeout=TIMEOUT_S)
    assert first.kept
    assert first.head == tried.head
    assert first.head.figures.average_precision > 0.9
    assert first.head.positive_count + first.head.held_out_positive_count == 24
    assert first.entry.head == first.head

    bound(looking, "own", 30.0)
    last = jobs[-1].media_id  # of which nobody said anything
    (match,) = analysis(looking, last).library_matches
    assert (match.kind, match.entry_id, match.name) == ("heads", "flower", "flower")
    for span in match.spans:
        middle = (span.start_frame + span.end_frame) // 2
        assert middle // FRAMES % 2 == 0
    assert NODE in {label.node_id for label in analysis(looking, last).labels}

    again = looking.libraries.TrainHead(request, timeout=TIMEOUT_S)
    assert not again.kept  # the same head is not better than itself
    assert again.before == first.head.figures

    renamed = pb.UpdateLibraryEntryRequest(library_id="own", entry_id="flower", name="Blossom")
    looking.libraries.UpdateLibraryEntry(renamed, timeout=TIMEOUT_S)
    restore = pb.RestoreHeadRequest(library_id="own", entry_id="flower")
    back = looking.libraries.RestoreHead(restore, timeout=TIMEOUT_S)
    assert (back.entry.name, back.entry.head) == ("flower", first.head)
    assert back.entry.version > first.entry.version
    restore.version = 99
    refusal = refused(lambda: looking.libraries.RestoreHead(restore, timeout=TIMEOUT_S))
    assert str(first.entry.version) in refusal.metadata["limit"]
    assert seeing.engine_calls() == calls


@pytest.mark.engine
@pytest.mark.long
def test_feedback_teaches_a_head(looking: Api, jobs: list[job_pb2.Job]) -> None:
    for job in jobs[:-1]:
        said = feedback_pb2.SubmitFeedbackRequest(job_id=job.job_id)
        for shot in range(SHOTS):
            one = said.corrections.add(node_id=NODE)
            one.kind = (
                feedback_pb2.CORRECTION_KIND_WRONG if shot % 2
                else feedback_pb2.CORRECTION_KIND_MISSING
            )  # fmt: skip
            one.span.start_frame, one.span.end_frame = shot * FRAMES, (shot + 1) * FRAMES
        looking.jobs.SubmitFeedback(said, timeout=TIMEOUT_S)
    create = pb.CreateLibraryRequest(library_id="taught", kind=pb.LIBRARY_KIND_HEADS)
    looking.libraries.CreateLibrary(create, timeout=TIMEOUT_S)
    request = pb.TrainHeadRequest(
        library_id="taught", entry_id="flower", node_id=NODE, from_feedback=True
    )
    answer = looking.libraries.TrainHead(request, timeout=TIMEOUT_S)
    assert answer.kept
    assert answer.head.negative_count + answer.head.held_out_negative_count == 24
