"""What a job delivers to a folder: named as asked, and its links lead to the files."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
import synth
from calling import Api
from running import Processes

from videre.v1 import analysis_pb2, job_pb2

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def suite(producing: Processes) -> Processes:
    return producing


@pytest.fixture(scope="module")
def clip(files: Path) -> Path:
    return synth.named("cfr25", files / "clips")[1]


def sprites(clip: Path, folder: Path, pattern: str, *columns: int) -> job_pb2.SubmitJobRequest:
    """Return a request for one sprite per number of columns, delivered to a folder."""
    request = job_pb2.SubmitJobRequest(features=["loudness"])
    request.inputs.add(uri=clip.as_uri())
    for number, count in enumerate(columns):
        task = request.production_tasks.add(name=f"sheet-{number}")
        task.sprite.columns = count
        task.sprite.tile_width = 32
    request.output.uri_prefix = folder.as_uri()
    request.output.name_pattern = pattern
    return request


def delivered(api: Api, request: job_pb2.SubmitJobRequest) -> job_pb2.Job:
    job = api.ended(request)
    states = {stage.name: stage.state for stage in job.stages}
    assert states["output"] == analysis_pb2.STAGE_STATE_SUCCEEDED, str(job.stages)
    return job


def linked(index: Path) -> Path:
    """Return the one file that a sprite's index leads to."""
    (name,) = set(re.findall(r"^(.+)#xywh=\d+,\d+,\d+,\d+$", index.read_text(), re.MULTILINE))
    return (index.parent / unquote(name)).resolve()


@pytest.mark.parametrize(
    "pattern",
    ["", "{job}-{sequence}-{function}.{type}", "{function}/of {job}/{sequence}.{type}",
     "{function}.d/{job} #{sequence}%.{type}"],
)  # fmt: skip
@pytest.mark.long
def test_every_index_leads_to_its_own_picture(
    api: Api, files: Path, clip: Path, tmp_path: Path, pattern: str
) -> None:
    folder = files / tmp_path.name
    jobs = [
        delivered(api, sprites(clip, folder, pattern, *columns)) for columns in ((1, 2), (3, 4))
    ]
    made = {file for file in folder.rglob("*") if file.is_file()}
    indices = {file for file in made if file.suffix == ".vtt"}
    assert len(made) == 8
    assert {linked(index) for index in indices} == made - indices
    for job in jobs:
        for sheet, index in zip(job.outputs[0::2], job.outputs[1::2], strict=True):
            assert (sheet.role, index.role) == ("sprite", "index")
            file = next(f for f in made - indices if f.stat().st_size == sheet.size_bytes)
            (own,) = [one for one in indices if linked(one) == file]
            assert job.job_id in str(own.relative_to(folder))


def test_delivering_the_same_again_changes_nothing_and_another_file_stays(
    api: Api, files: Path, clip: Path
) -> None:
    folder = files / "fixed names"
    pattern = "{function}-{sequence}.{type}"
    delivered(api, sprites(clip, folder, pattern, 2))
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    delivered(api, sprites(clip, folder, pattern, 2))
    refused = api.ended(sprites(clip, folder, pattern, 5))
    output = next(stage for stage in refused.stages if stage.name == "output")
    assert (output.state, output.reason) == (analysis_pb2.STAGE_STATE_FAILED, "OUTPUT_FAILED")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_another_file_of_the_name_is_numbered_around_if_so_asked(
    api: Api, files: Path, clip: Path
) -> None:
    folder = files / "numbered names"
    for columns in (1, 2, 2, 3):
        request = sprites(clip, folder, "{function}.{type}", columns)
        request.output.collision = job_pb2.NAME_COLLISION_NUMBER
        delivered(api, request)
    names = {file.name for file in folder.iterdir()}
    assert names == {f"{name}.{kind}" for name, kind in (
        ("sprite", "jpg"), ("sprite-2", "jpg"), ("sprite-3", "jpg"),
        ("index", "vtt"), ("index-2", "vtt"), ("index-3", "vtt"))}  # fmt: skip
    for number in ("", "-2", "-3"):
        assert linked(folder / f"index{number}.vtt").name == f"sprite{number}.jpg"
