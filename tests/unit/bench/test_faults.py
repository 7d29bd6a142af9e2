"""What the kill and hostile benches try is what they say they try."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from bench.faults.points import STAGES, WAY, Moment, kill_list, named_points, shared_out
from bench.figures import judge, load_required
from bench.hostile import Aftermath, Answer, figures
from bench.hostile_inputs.case import Hostile
from bench.hostile_inputs.catalogue import catalogue, warm_up
from bench.hostile_inputs.mutate import mutate
from bench.hostile_inputs.pointers import Bait
from bench.measures.soak import Holding, Look
from tests.running import ALL

KILLS = {"orchestrator": 40, "visual": 10, "ocr": 10, "asr": 10, "audio": 10, "production": 10}


def test_every_stage_of_every_process_has_two_points() -> None:
    for process, stages in STAGES.items():
        points = named_points(process)
        assert len(points) == len(set(points)) == 2 * len(stages)
        assert {stage for stage in stages} <= set(WAY)


def test_the_list_names_all_points_and_then_draws() -> None:
    points = kill_list(KILLS, random.Random(1))
    for process, count in KILLS.items():
        own = [point for point in points if point.process == process]
        assert len(own) == count
        assert set(named_points(process)) <= set(own)
        assert any(point.moment is Moment.ANY for point in own)
    assert len(set(points)) == len(points), "tries are counted for each"


def test_jobs_share_all_kills_in_the_order_of_the_way() -> None:
    points = kill_list(KILLS, random.Random(1))
    shares = list(shared_out(points, 4))
    assert sorted(map(str, points)) == sorted(str(point) for share in shares for point in share)
    for share in shares:
        places = [point.place for point in share]
        assert places == sorted(set(places))
        assert len(share) <= 4


@pytest.mark.long
def test_hostile_inputs_are_many_and_named_once(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    bait = Bait("127.0.0.1:9", root / "bait")
    inputs = catalogue(tmp_path, root, outside, bait, too_large=1 << 30, quick=False)
    assert len(inputs) >= 300
    assert len({hostile.name for hostile in inputs}) == len(inputs)
    assert all(hostile.expected for hostile in inputs)
    assert "SUCCEEDED" not in {name for hostile in inputs if not hostile.uri and not hostile.data
                               for name in hostile.expected}  # fmt: skip
    assert all(seed.expected == {"SUCCEEDED"} for seed in warm_up(tmp_path))


CALM = Holding(resident=200 << 20, files=20, sockets=10, threads=12, children=1)
BEFORE = Look(0, dict.fromkeys((*ALL, "asr: child 1"), CALM))


@pytest.mark.parametrize(
    ("held", "calm", "wrong"),
    [
        ({}, True, []),
        ({"ocr": replace(CALM, files=21)}, True, ["processes with more files or children"]),
        ({"asr": replace(CALM, sockets=11)}, True, ["processes with more files or children"]),
        ({"orchestrator": replace(CALM, children=2)}, True,
         ["processes with more files or children"]),
        ({}, False, ["processes with more files or children"]),
        ({"asr: child 1": replace(CALM, resident=300 << 20)}, True, ["memory grown"]),
    ],
)  # fmt: skip
def test_what_hostile_inputs_leave_open_is_no_pool(
    held: dict[str, Holding], calm: bool, wrong: list[str]
) -> None:
    after = Look(1, {**BEFORE.held, **held}, calm)
    aftermath = Aftermath([BEFORE, after], ended=[], touched=[], left=[])
    answer = Answer(Hostile("one", frozenset({"FAILED"}), mutated=True), "FAILED", 0.1)
    required = load_required()["hostile"]
    judged = judge(figures([answer] * 300, aftermath, same=True), required)
    assert [one.figure.name for one in judged if one.ok is False] == wrong


def test_a_mutation_is_a_function_of_its_seed() -> None:
    data = bytes(range(200))
    assert mutate(data, "a 1") == mutate(data, "a 1")
    assert len({mutate(data, f"a {number}") for number in range(50)}) > 40


def test_a_quick_run_asks_for_smaller_counts() -> None:
    full, quick = load_required(), load_required(quick=True)
    assert full["hostile"]["inputs"].at_least == 300
    assert quick["hostile"]["inputs"].at_least == 50
    assert quick["accuracy"] == full["accuracy"]
