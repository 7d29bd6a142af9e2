"""Files are delivered whole, and take no name that another one has."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from videre.common.errors import Reason, VidereError
from videre.orchestrator.steps.places import write_whole


@pytest.fixture
def taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A name that another one takes while a file is written."""
    path = tmp_path / "film.mp4"

    def other(_file: int) -> None:
        if not path.exists():
            path.write_bytes(b"another")

    monkeypatch.setattr(os, "fsync", other)
    return path


def names(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


def test_a_name_that_is_taken_meanwhile_is_numbered_around(taken: Path) -> None:
    assert write_whole(taken, b"mine", numbered=True) == taken.with_name("film-2.mp4")
    assert names(taken.parent) == {"film.mp4": b"another", "film-2.mp4": b"mine"}


def test_a_name_that_is_taken_meanwhile_is_refused_and_nothing_stays(taken: Path) -> None:
    with pytest.raises(VidereError) as refused:
        write_whole(taken, b"mine", numbered=False)
    assert refused.value.reason is Reason.OUTPUT_FAILED
    assert names(taken.parent) == {"film.mp4": b"another"}


def test_the_same_bytes_that_came_meanwhile_are_taken_for_it(taken: Path) -> None:
    assert write_whole(taken, b"another", numbered=False) == taken
    assert names(taken.parent) == {"film.mp4": b"another"}


def test_where_there_are_no_links_files_are_delivered_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no links")

    monkeypatch.setattr(os, "link", refused)
    path = tmp_path / "a" / "film.mp4"
    source = tmp_path / "source"
    source.write_bytes(b"mine")
    assert write_whole(path, source, numbered=False) == path
    assert names(path.parent) == {"film.mp4": b"mine"}
