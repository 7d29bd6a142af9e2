"""What the kill and hostile benches try is what they say they try."""

from __future__ import annotations

import random
from pathlib import Path

from bench.faults.points import STAGES, WAY, Moment, kill_list, named_points, shared_out
from bench.figures import load_required
from bench.hostile_inputs.catalogue import catalogue, warm_up
from bench.hostile_inputs.mutate import mutate
from bench.hostile_inputs.pointers import Bait

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


def test_jobs_share_all_kills_in_the_order_of_the_way() -> None:
    points = kill_list(KILLS, random.Random(1))
    shares = list(shared_out(points, 4))
    assert sorted(map(str, points)) == sorted(str(point) for share in shares for point in share)
    for share in shares:
        places = [point.place for point in share]
        assert places == sorted(set(places))
        assert len(share) <= 4


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


def test_a_mutation_is_a_function_of_its_seed() -> None:
    data = bytes(range(200))
    assert mutate(data, "a 1") == mutate(data, "a 1")
    assert len({mutate(data, f"a {number}") for number in range(50)}) > 40


def test_a_quick_run_asks_for_smaller_counts() -> None:
    full, quick = load_required(), load_required(quick=True)
    assert full["hostile"]["inputs"].at_least == 300
    assert quick["hostile"]["inputs"].at_least == 50
    assert quick["accuracy"] == full["accuracy"]
