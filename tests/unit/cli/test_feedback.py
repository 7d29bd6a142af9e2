"""`videre feedback …` and the views of `videre query` against a server double."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doubles.drop_frame_film import drop_frame_subject, rich_analysis
from doubles.world import World

from videre.exports.label_studio import to_label_studio
from videre.v1 import analysis_pb2, feedback_pb2, job_pb2

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def job(world: World) -> job_pb2.Job:
    """An ended job on a film with something in every list."""
    media_id = world.add_film()
    analysis = rich_analysis()
    analysis.media_id = media_id
    world.analyses[media_id] = analysis
    return world.add_job("j1", job_pb2.JOB_STATE_SUCCEEDED, media_id=media_id)


@pytest.fixture
def exported(tmp_path: Path, world: World, job: job_pb2.Job) -> Path:
    """A file as Label Studio exports it: an annotator took an event away and drew a new one."""
    subject = drop_frame_subject(analysis=world.analyses[job.media_id])
    (task,) = json.loads(to_label_studio(subject))
    results = task.pop("predictions")[0]["result"]
    kept = [one for one in results if "驾驶" not in one["value"].get("timelinelabels", [])]
    value = {"ranges": [{"start": 1, "end": 9}], "timelinelabels": ["Storm"]}
    drawn = {"id": "n", "type": "timelinelabels", "origin": "manual", "value": value}
    task["annotations"] = [
        {"id": 3, "completed_by": 5, "parent_prediction": 1, "result": [*kept, drawn]}
    ]
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task]), encoding="utf-8")
    return path


def test_a_box_is_drawn(videre: Run, world: World) -> None:
    told = ["feedback", "add", "missing", "--job", "j1", "--list", "library_matches",
            "--name", "A street", "--library", "things"]  # fmt: skip
    assert videre(*told, "--box", "30:0.25,0,0.5,1").code == 0
    (request,) = world.calls("SubmitFeedback")
    (box,) = request.corrections[0].boxes
    assert (box.frame, box.box.x, box.box.width) == (30, 0.25, 0.5)
    assert videre(*told, "--box", "30:1,2").code == 2


def test_a_correction_is_added_and_listed(videre: Run, world: World) -> None:
    ran = videre("feedback", "add", "wrong", "--job", "j1", "--node", "animal.dog",
                 "--from", "1.5", "--to", "2", "--comment", "a cat")  # fmt: skip
    assert (ran.code, "stored f1" in ran.out) == (0, True)
    (request,) = world.calls("SubmitFeedback")
    (correction,) = request.corrections
    assert (correction.kind, correction.node_id) == (
        feedback_pb2.CORRECTION_KIND_WRONG, "animal.dog"
    )  # fmt: skip
    assert correction.span.start_offset.ToNanoseconds() == 1_500_000_000
    listed = videre("feedback", "list", "--kind", "wrong")
    assert "wrong: animal.dog (a cat)" in listed.out
    assert [one["feedbackId"] for one in videre("feedback", "list", "--json").json()] == ["f1"]


def test_a_library_learns_from_feedback(videre: Run, world: World, exported: Path) -> None:
    ran = videre("feedback", "add", "person", "--job", "j1", "--person", "p1", "--name", "Ada",
                 "--library", "crew")  # fmt: skip
    assert ran.out.splitlines()[1:] == ["crew learned: ada, this", "crew learned: ada, not this"]
    assert videre("feedback", "import", exported, "--library", "crew").code == 0
    assert {request.library_id for request in world.calls("SubmitFeedback")} == {"crew"}


def test_a_file_of_label_studio_is_imported_once(videre: Run, world: World, exported: Path) -> None:
    shown = videre("feedback", "import", exported, "--dry-run", "--json").json()
    assert (len(shown[0]["corrections"]), world.feedback) == (2, [])
    ran = videre("feedback", "import", exported)
    assert ran.code == 0
    said = [one.correction for one in world.feedback]
    assert [(one.kind, one.list, one.name) for one in said] == [
        (feedback_pb2.CORRECTION_KIND_MISSING, "labels", "Storm"),
        (feedback_pb2.CORRECTION_KIND_WRONG, "events", "驾驶"),
    ]
    assert {(one.source, one.author) for one in world.feedback} == {("label-studio", "5")}
    again = videre("feedback", "import", exported, "--json").json()
    assert (again[0]["storedBefore"], len(world.feedback)) == (True, 2)


def test_a_file_that_is_no_export_is_explained(videre: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_text("{}")
    ran = videre("feedback", "import", path)
    assert (ran.code, "the file is no list" in ran.err) == (1, True)


@pytest.mark.parametrize("view", ["basic", "full", "labels", "persons", "timeline"])
def test_views_and_filters_are_asked_for(videre: Run, world: World, view: str) -> None:
    videre("query", "j1", "--view", view, "--kinds", "labels,shots", "--nodes", "animal",
           "--from", "2", "--to", "3", "--language", "zh-Hans")  # fmt: skip
    request = world.calls("QueryJob")[-1]
    assert request.view == analysis_pb2.AnalysisView.Value(f"ANALYSIS_VIEW_{view.upper()}")
    assert list(request.filter.kinds) == ["labels", "shots"]
    assert list(request.filter.node_ids) == ["animal"]
    assert request.filter.start_offset.seconds == 2
    assert request.filter.end_offset.seconds == 3


def test_a_timeline_reads_as_a_table(videre: Run, world: World, job: job_pb2.Job) -> None:
    analysis = world.analyses[job.media_id]
    for name in ("shots", "labels", "events", "event_rules"):
        analysis.ClearField(name)  # type: ignore[arg-type]
    analysis.timeline.add(list="labels", kind="label", name="Dog", confidence=0.9, detail="x")
    ran = videre("media", "show", job.media_id, "--view", "timeline")
    assert "Timeline" in ran.out
    assert [line.split() for line in ran.out.splitlines() if " Dog" in line] == [
        ["0:00.0", "–", "0:00.0", "label", "Dog", "x", "90", "%"]
    ]
