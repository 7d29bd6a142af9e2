"""`videre train-head` and `videre library restore-head`: what is sent, what is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doubles.world import World

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def library(videre: Run) -> None:
    """A library of heads."""
    assert videre("library", "create", "own", "--kind", "heads").code == 0


def test_examples_are_sent_and_figures_shown(videre: Run, world: World) -> None:
    ran = videre(
        "train-head", "own", "mug", "--example", "m1", "--not", "m2@1.5-3", "--feedback",
        "--node", "food", "--name", "Mug",
    )  # fmt: skip
    assert ran.code == 0
    assert "0.125" in ran.out
    assert "kept as version 2" in ran.out
    (request,) = world.calls("TrainHead")
    first, second = request.examples
    assert (first.media_id, first.negative, first.HasField("end_offset")) == ("m1", False, False)
    assert (second.media_id, second.negative) == ("m2", True)
    assert second.start_offset.ToMilliseconds() == 1_500
    assert (request.from_feedback, request.node_id, request.name) == (True, "food", "Mug")


def test_a_head_that_is_no_better_ends_with_a_code(videre: Run) -> None:
    ran = videre("train-head", "own", "mug", "--example", "m1", "--name", "worse")
    assert ran.code == 3
    assert "not kept" in ran.out


@pytest.mark.parametrize("text", ["m1@", "m1@1", "m1@x-2"])
def test_a_stretch_that_is_none_is_refused(videre: Run, text: str) -> None:
    assert videre("train-head", "own", "mug", "--example", text).code == 2


def test_a_set_without_the_label_is_refused(videre: Run, tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_text('{"files": {"a.jpg": {"truth": {"labels": ["cup"]}}}}')
    (tmp_path / "a.jpg").write_bytes(b"x")
    ran = videre("train-head", "own", "mug", "--set", str(tmp_path))
    assert ran.code == 1
    assert "'mug'" in ran.err


def test_an_earlier_form_comes_back(videre: Run, world: World) -> None:
    ran = videre("library", "restore-head", "own", "mug", "--version", "2")
    assert ran.out == "restored mug, now version 4\n"
    (request,) = world.calls("RestoreHead")
    assert (request.entry_id, request.version) == ("mug", 2)
