"""Events as lines of files: whole, once, in files of a bounded size."""

from __future__ import annotations

import json
from pathlib import Path

from videre.orchestrator.notify.event_files import EventFile


def body(number: int, more: str = "") -> bytes:
    whole = {"specversion": "1.0", "id": f"p-{number}", "data": more}
    return json.dumps(whole, separators=(",", ":")).encode()


def numbers(folder: Path) -> list[int]:
    files = [*sorted(folder.glob("events-*.jsonl")), folder / "events.jsonl"]
    lines = [line for file in files for line in file.read_text().splitlines()]
    return [int(json.loads(line)["id"].removeprefix("p-")) for line in lines]


def test_full_files_are_numbered_and_left_alone(tmp_path: Path) -> None:
    file = EventFile(tmp_path / "sub", full_bytes=100)
    for number in range(7):
        assert file.append(f"p-{number}", body(number), again=False)
    assert numbers(tmp_path / "sub") == list(range(7))
    names = sorted(path.name for path in (tmp_path / "sub").glob("events*.jsonl"))
    assert names == ["events-000001.jsonl", "events-000002.jsonl", "events-000003.jsonl",
                     "events.jsonl"]  # fmt: skip
    assert max(path.stat().st_size for path in (tmp_path / "sub").glob("*.jsonl")) <= 100


def test_an_event_that_may_be_there_is_looked_for(tmp_path: Path) -> None:
    file = EventFile(tmp_path, full_bytes=100)
    for number in (1, 2, 3):
        file.append(f"p-{number}", body(number), again=False)
    for number in (1, 3):  # in the last full file, and in this one
        assert not file.append(f"p-{number}", body(number), again=True)
    assert file.append("p-11", body(11), again=True)
    assert numbers(tmp_path) == [1, 2, 3, 11]


def test_half_a_line_of_a_killed_writer_is_cut_off(tmp_path: Path) -> None:
    file, path = EventFile(tmp_path), tmp_path / "events.jsonl"
    half = body(2, "x" * 200_000)
    for number, cut in enumerate((1, 50, 65_536, 70_000, 140_000, len(half))):
        file.append(f"p-{number}", body(number), again=False)
        with path.open("ab") as killed:
            killed.write(half[:cut])
    file.append("p-9", body(9), again=False)
    assert numbers(tmp_path) == [0, 1, 2, 3, 4, 5, 9]


def test_a_file_that_is_only_half_a_line_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_bytes(b'{"specver')
    EventFile(tmp_path).append("p-1", body(1), again=True)
    assert numbers(tmp_path) == [1]
