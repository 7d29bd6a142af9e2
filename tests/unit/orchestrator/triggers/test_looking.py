"""Looks at folders: each version of a file is taken once, however the looks fall."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path, PosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.triggers.bucket import files_among
from videre.orchestrator.triggers.folder import Folders, listing
from videre.orchestrator.triggers.rules import Known, Listed, looked, request_id, wanted

#: What a writer does between two looks: a file's version, 0 = it is not there.
FOLDERS = st.lists(st.fixed_dictionaries({name: st.integers(0, 3) for name in "abc"}), max_size=30)


@given(FOLDERS, st.integers(0, 3))
def test_each_version_is_taken_once_after_it_has_stayed(
    folders: list[dict[str, int]], stable: int
) -> None:
    waiting: list[Known] = []
    taken: set[tuple[str, str]] = set()
    number = 0
    since: dict[str, tuple[str, int]] = {}  # by path: its version and since when it was seen
    for now, folder in enumerate(folders):
        listed = [Listed(path, str(version), 1) for path, version in folder.items() if version]
        for path, version in folder.items():
            if version and since.get(path, ("", 0))[0] != str(version):
                since[path] = str(version), now
            elif not version:
                since.pop(path, None)
        look = looked(listed, waiting, frozenset(taken), now_ns=now, stable_ns=stable)
        for one in look.ready:
            assert (one.path, one.version) not in taken
            version, seen = since[one.path]
            assert version == one.version
            assert now - seen >= stable
            taken.add((one.path, one.version))
        left = set(look.ready) | set(look.gone)
        waiting = [one for one in waiting if one not in left]
        for new in look.new:
            number += 1
            waiting.append(Known(number, new.path, new.version, now))
        assert {(one.path, one.version) for one in listed} <= taken | {
            (one.path, one.version) for one in waiting
        }


def test_patterns_let_paths_through() -> None:
    assert wanted("a/b.mp4", (), ())
    assert wanted("a/b.mp4", ("*.mov", "*.mp4"), ("tmp/*",))
    assert not wanted("tmp/b.mp4", ("*.mp4",), ("tmp/*",))
    assert not wanted("b.txt", ("*.mp4",), ())


def test_request_ids_are_of_one_file_version_and_attempt() -> None:
    made = {request_id(*given) for given in (("t", "a", "1", 0), ("t", "a", "1", 1),
                                             ("t", "a", "2", 0), ("u", "a", "1", 0))}  # fmt: skip
    assert len(made) == 4
    assert max(map(len, made)) <= 64


def test_a_listing_has_regular_files_only(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "a b.txt").write_text("x")
    (tmp_path / "in" / "z.txt").write_text("xy")
    (tmp_path / "in" / ".half").write_text("x")
    (tmp_path / "outside.txt").write_text("x")
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "outside.txt")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    os.mkfifo(tmp_path / "in" / "pipe")
    found = listing(tmp_path / "in")
    assert [(one.path, one.size_bytes) for one in found] == [("deep/a b.txt", 1), ("z.txt", 2)]


async def test_a_disk_that_does_not_answer_is_asked_once(tmp_path: Path) -> None:
    answers, asked = threading.Event(), []

    class Away(PosixPath):
        """A folder of a disk that does not answer."""

        def __fspath__(self) -> str:
            asked.append(self.name)
            answers.wait()
            return super().__fspath__()

    for name in ("away", "near"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").touch()
    folders, away = Folders(), Away(tmp_path / "away")
    try:
        for _ in range(12):  # more often than there are threads
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await folders.files(away, None)
        assert [one.path for one in await folders.files(tmp_path / "near", None)] == ["a.txt"]
        late = asyncio.ensure_future(folders.files(away, None))
        answers.set()
        assert [one.path for one in await late] == ["a.txt"]
        assert asked == ["away"]
    finally:
        answers.set()
        folders.close()


def test_empty_objects_that_stand_for_folders_are_left_out() -> None:
    """As consoles make them: also of a folder that has only folders in it."""
    sizes = {"a": 0, "a/b/film.mp4": 9, "c": 0, "c/d": 0, "c/d/film.mp4": 9, "empty.mp4": 0}
    found = {path: Listed(path, "1", size) for path, size in sizes.items()}
    assert [one.path for one in files_among(found)] == [
        "a/b/film.mp4", "c/d/film.mp4", "empty.mp4",
    ]  # fmt: skip
