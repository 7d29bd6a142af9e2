"""`videre export`: files, standard output and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doubles.world import World

from videre.cli.commands.export import Format
from videre.v1 import job_pb2

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def job(world: World) -> job_pb2.Job:
    """An ended job on the recorded film."""
    return world.add_job("j1", job_pb2.JOB_STATE_SUCCEEDED, media_id=world.add_film())


def test_every_format_of_the_contract_is_an_option() -> None:
    named = {f"EXPORT_FORMAT_{form.name}" for form in Format}
    assert named == set(job_pb2.ExportFormat.keys()[1:])


def test_a_file_is_written_and_said(videre: Run, world: World, tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    options = ("--kinds", "labels,shots", "--language", "zh-Hans", "--min-confidence", "0.5")
    ran = videre("export", "j1", "--format", "csv", "-o", path, *options, "--json")
    assert (ran.code, ran.json()["path"]) == (0, str(path))
    assert ran.json()["bytes"] == path.stat().st_size
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert "Flower in the garden" in [row["name"] for row in rows]
    (request,) = world.calls("ExportJob")
    assert list(request.filter.kinds) == ["labels", "shots"]
    assert (request.filter.language_code, request.filter.min_confidence) == ("zh-Hans", 0.5)


def test_without_a_name_the_server_s_is_taken(
    videre: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = videre("export", "j1", "--format", "imm-labels")
    assert ran.out.strip() == "wrote film.imm.json"
    assert json.loads((tmp_path / "film.imm.json").read_text())["Status"] == "Succeeded"


def test_a_refusal_is_explained(videre: Run) -> None:
    ran = videre("export", "nothing", "--format", "edl", "-o", "x")
    assert ran.code == 1
    assert "no job nothing" in ran.err
    assert videre("export", "j1", "--format", "word").code == 2
