"""The soak's figures tell growth from coming and going, and each of them can fail."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bench.faults.leaks import holdings
from bench.faults.mix import Kind, kind_of, made
from bench.figures import judge, load_required
from bench.harness import Outcome
from bench.measures.soak import COUNTED, Holding, Look, count_grown, memory_grown, per_job
from bench.soak import Ended, Soaked, figures, litter, rows_in
from videre.v1 import analysis_pb2, job_pb2

MIB = 1 << 20
CALM = Holding(resident=200 * MIB, files=20, sockets=10, threads=12, children=2)


def ended(model_calls: int, got: str = "SUCCEEDED") -> Ended:
    job = job_pb2.Job(model_calls=model_calls)
    return Ended(Kind.FILM, got, Outcome(Path("film"), job, analysis_pb2.Analysis()))


SOAKED = Soaked(
    jobs=[ended(model_calls=1)] * 50,
    looks=[Look(jobs, {"ocr": CALM, "asr": CALM}) for jobs in range(20, 51, 5)],
    rows={},
    files=[],
    ended=[],
)


def looks(what: str, values: Sequence[int]) -> list[Look]:
    """Return looks after every fifth job, at one process."""
    return [
        Look(5 * number, {"ocr": replace(CALM, **{what: value}), "asr": CALM})
        for number, value in enumerate(values)
    ]


def test_the_slope_is_that_of_the_line_whatever_one_look_says() -> None:
    assert per_job([(0, 100), (5, 110), (10, 120), (15, 130)]) == 2
    assert per_job([(0, 100), (5, 110), (10, 900), (15, 130), (20, 140)]) == 2
    assert per_job([(0, 7), (5, 7), (10, 7)]) == 0


def test_memory_grows_by_its_share_of_the_first_look() -> None:
    leak = looks("resident", [100 * MIB + 5 * number * MIB for number in range(5)])
    assert memory_grown(leak, "ocr") == pytest.approx(0.2)
    assert memory_grown(leak, "asr") == 0
    assert memory_grown(looks("resident", [100, 90, 80]), "ocr") < 0


@pytest.mark.parametrize("what", COUNTED)
@pytest.mark.parametrize(
    ("values", "grown"),
    [
        ([4, 4, 4, 4, 4, 4, 4], 0),
        ([4, 5, 4, 4, 5, 4, 5], 0),
        ([6, 5, 4, 4, 4, 4, 4], 0),
        ([4, 4, 4, 4, 5, 5, 5], 1),
        ([4, 5, 6, 7, 8, 9, 10], 2),
        ([4, 9, 14, 19], 5),
    ],
)
def test_a_count_has_grown_when_it_never_comes_back(
    what: str, values: list[int], grown: int
) -> None:
    assert count_grown(looks(what, values), "ocr", what) == grown


def failing(soaked: Soaked) -> list[str]:
    """Return the names of the required figures that are not ok."""
    judged = judge(figures(soaked), load_required()["soak"])
    return [one.figure.name for one in judged if not one.ok]


def test_a_calm_run_is_ok() -> None:
    assert failing(SOAKED) == []


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"jobs": SOAKED.jobs[1:]}, "jobs"),
        ({"jobs": [*SOAKED.jobs[1:], ended(1, "PARTIAL")]}, "jobs that ended otherwise"),
        ({"jobs": [*SOAKED.jobs[1:], ended(0)]}, "fewest calls of models"),
        ({"looks": looks("resident", [100, 102, 104, 106])}, "memory grown"),
        *(({"looks": looks(what, [4, 4, 5, 5])}, f"{what} grown") for what in COUNTED),
        (
            {"looks": [*SOAKED.looks[:-1], replace(SOAKED.looks[-1], calm=False)]},
            "looks not at rest",
        ),
        ({"ended": ["ocr"]}, "processes that ended"),
        ({"rows": {"upload": 3}}, "rows left"),
        ({"files": ["/tmp/left"]}, "files left"),
    ],
)
def test_every_figure_can_fail(change: dict[str, object], name: str) -> None:
    assert failing(replace(SOAKED, **change)) == [name]  # type: ignore[arg-type]


def test_what_this_process_opens_is_seen() -> None:
    here = {"me": os.getpid()}
    before = holdings(here)["me"]
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    with open(os.devnull, "rb"), closing(socket.socket()):
        thread.start()
        after = holdings(here)["me"]
    done.set()
    thread.join()
    assert after.files == before.files + 1
    assert after.sockets == before.sockets + 1
    assert after.threads == before.threads + 1
    assert after.resident > MIB
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        held = holdings(here)
        assert held["me"].children == before.children + 1
        assert held["me: child 1"].files >= 1
    finally:
        child.communicate()


def test_a_child_that_nobody_asked_for_its_end_counts_and_holds_nothing() -> None:
    child = os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {})
    try:
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        held = [one for name, one in holdings({"me": os.getpid()}).items() if name != "me"]
        assert min((one.resident, one.files, one.sockets) for one in held) == (0, 0, 0)
    finally:
        os.waitpid(child, 0)


def test_rows_of_every_table_count_but_engine_costs(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "videre.db")) as database:
        for table in ("job", "any_other", "engine_cost"):
            database.execute(f"CREATE TABLE {table} (id)")
            database.execute(f"INSERT INTO {table} VALUES (1)")
        database.commit()
    assert rows_in(tmp_path) == {"job": 1, "any_other": 1}


def test_files_are_litter_unless_a_data_folder_has_them(tmp_path: Path) -> None:
    expected = []
    for place, left in {
        "data/videre.db": False,
        "data/models/yolo.onnx": False,
        "data/spool/frames": False,
        "data/stray": True,
        "data/artifacts/default/ab/abc": True,
        "data/uploads/u.part": True,
        "tmp/videre-probe-1/x": True,
    }.items():
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        expected += [str(path)] if left else []
    assert sorted(litter(tmp_path)) == sorted(expected)


def test_jobs_of_the_same_kind_have_different_bytes(tmp_path: Path) -> None:
    kinds = {kind_of(number) for number in range(10)}
    assert kinds == set(Kind)
    for kind in kinds:
        one, other = [number for number in range(20) if kind_of(number) is kind][:2]
        paths = [made(number, tmp_path, 3) for number in (one, other)]
        assert paths[0].read_bytes() != paths[1].read_bytes(), kind
