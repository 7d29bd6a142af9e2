"""`videre eval` against a server double."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doubles.world import World

from videre.v1 import engine_pb2

Run = Callable[..., Any]


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """A set of one film whose cuts are known."""
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "film.mp4").write_bytes(b"film")
    facts = {"truth": {"cut_frames": [100, 275], "end_frame": 300}}
    (folder / "truth.json").write_text(json.dumps({"files": {"film.mp4": facts}}))
    return folder


def test_a_set_is_measured_and_written(
    videre: Run, world: World, media: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ran = videre("eval", "--set", media, "--engine", "shots=other@2", "--out", out)
    assert ran.code == 0, ran.err
    assert "cuts: F1" in ran.out
    [sent] = world.calls("SubmitJob")
    assert list(sent.features) == ["shots"]
    assert [(pin.feature, pin.engine, pin.version) for pin in sent.engine_pins] == [
        ("shots", "other", "2")
    ]
    found = json.loads((out / "eval.json").read_text())
    assert (found["name"], found["media"], found["failed"]) == ("shots=other@2", 1, [])
    assert "cuts: F1" in (out / "eval.html").read_text()
    ran = videre("eval", "--compare", out / "eval.json", out / "eval.json", "--json")
    assert {row["better"] for row in ran.json()} == {"same"}


def test_each_engine_of_a_feature_is_measured(
    videre: Run, world: World, media: Path, tmp_path: Path
) -> None:
    available = engine_pb2.ENGINE_STATE_AVAILABLE
    missing = engine_pb2.ENGINE_STATE_MISSING
    world.engines[:] = [
        engine_pb2.Engine(feature="shots", name=name, version="1", state=state)
        for name, state in (("a", available), ("b", missing), ("c", available))
    ]
    ran = videre("eval", "--set", media, "--each", "shots", "--json")
    assert ran.code == 0, ran.err
    assert [one["name"] for one in ran.json()] == ["a@1", "c@1"]
    pinned = [call.engine_pins[0].engine for call in world.calls("SubmitJob")]
    assert pinned == ["a", "c"]
    assert videre("eval", "--set", media, "--each", "nothing").code == 1


def test_what_is_wrong_is_said(videre: Run, tmp_path: Path) -> None:
    assert videre("eval").code == 2
    assert videre("eval", "--set", tmp_path, "--compare", "a", "b").code == 2
    ran = videre("eval", "--set", tmp_path)
    assert (ran.code, "no set" in ran.err) == (1, True)
    (tmp_path / "truth.json").write_text('{"files": {"gone.mp4": {}}}')
    assert "is there" in videre("eval", "--set", tmp_path).err
    (tmp_path / "a.json").write_text("{}")
    ran = videre("eval", "--compare", tmp_path / "a.json", tmp_path / "a.json")
    assert (ran.code, "no evaluation" in ran.err) == (1, True)
