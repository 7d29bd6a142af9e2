"""Exports through the blocking client: checked, and made again where a connection breaks."""

from __future__ import annotations

import json

import pytest
from doubles.world import Fault, World

from videre.client import CorruptDownload, NotFound, Videre
from videre.v1 import analysis_pb2, job_pb2

CSV = job_pb2.EXPORT_FORMAT_CSV


@pytest.fixture
def job(world: World) -> job_pb2.Job:
    """An ended job on the recorded film."""
    return world.add_job("j1", job_pb2.JOB_STATE_SUCCEEDED, media_id=world.add_film())


def test_an_export_is_a_whole_file_with_a_name(
    videre: Videre, world: World, job: job_pb2.Job
) -> None:
    world.piece_bytes = 1_000
    wanted = analysis_pb2.AnalysisFilter(kinds=["labels"])
    made = videre.export(
        "j1", job_pb2.EXPORT_FORMAT_JSON, filter=wanted, media_uri="x.mp4", pictures_uri="http://x"
    )
    assert len(json.loads(made.data)["analysis"]["shots"]) == 17
    assert (made.file_name, made.media_type) == ("film.json", "application/json")
    (request,) = world.calls("ExportJob")
    assert (request.filter, request.media_uri) == (wanted, "x.mp4")
    assert request.pictures_uri == "http://x"


def test_a_broken_stream_begins_anew(videre: Videre, world: World, job: job_pb2.Job) -> None:
    whole = videre.export("j1", CSV)
    world.piece_bytes = 1_000
    world.faults["ExportJob"] = [Fault("UNAVAILABLE")]
    assert videre.export("j1", CSV) == whole
    assert len(world.calls("ExportJob")) == 3


def test_an_export_has_a_bound(videre: Videre, job: job_pb2.Job) -> None:
    with pytest.raises(CorruptDownload, match="larger than 10 bytes"):
        videre.export("j1", CSV, max_bytes=10)


def test_a_refusal_is_not_tried_again(videre: Videre, world: World) -> None:
    with pytest.raises(NotFound):
        videre.export("nothing", CSV)
    assert len(world.calls("ExportJob")) == 1
