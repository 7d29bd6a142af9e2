"""What stands on the command line, as inputs."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.cli.batch_inputs import BatchInput, expand, file_request_id, other_request_id
from videre.cli.failures import CommandError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Some files."""
    for name in ("b.mp4", "a.MP4", "c.txt", "d.bin"):
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def names(inputs: list[BatchInput]) -> list[str]:
    """Return the last part of each source."""
    return [Path(item.source).name for item in inputs]


def test_folders_globs_files_and_uris(folder: Path) -> None:
    assert names(expand([str(folder)])) == ["a.MP4", "b.mp4", "c.txt"]
    assert names(expand([str(folder / "*.mp4")])) == ["b.mp4"]
    assert names(expand([str(folder / "d.bin")])) == ["d.bin"]
    assert expand(["s3://bucket/key"])[0].source == "s3://bucket/key"
    assert not expand(["s3://bucket/key"])[0].is_file
    assert expand(["media:m1"])[0].media_id == "m1"


def test_a_manifest_says_more(folder: Path) -> None:
    manifest = folder / "batch.jsonl"
    lines = [{"source": "b.mp4", "title": "B"}, {"text": "words"}, {"media_id": "m1"}]
    manifest.write_text("\n\n".join(map(json.dumps, lines)), encoding="utf-8")
    film, text, media = expand([str(manifest)])
    assert (film.source, film.options) == (str(folder / "b.mp4"), {"title": "B"})
    assert text.text == "words"
    assert media.media_id == "m1"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"source": "b.mp4", "colour": 1}', "unknown colour"),
        ('{"title": "x"}', "give one of"),
        ('{"source": "no.mp4"}', "is not a file"),
    ],
)
def test_a_wrong_manifest_names_the_line(folder: Path, line: str, words: str) -> None:
    manifest = folder / "batch.jsonl"
    manifest.write_text(f'{{"media_id": "m1"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(CommandError, match=f"batch.jsonl:2: .*{words}"):
        expand([str(manifest)])


def test_nothing_found_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such file"):
        expand([str(tmp_path / "x*.mp4")])
    with pytest.raises(CommandError, match="no media"):
        expand([str(tmp_path)])


def test_a_files_request_id_lasts_until_file_or_options_change(folder: Path) -> None:
    path = folder / "b.mp4"
    first = file_request_id("", path, {"features": ["text"], "tags": {}})
    assert file_request_id("", path, {"features": ["text"]}) == first
    assert file_request_id("", path, {"features": ["shots"]}) != first
    os.utime(path, ns=(1, 1))
    assert file_request_id("", path, {"features": ["text"]}) != first


@given(st.text(alphabet="abc-_.:", max_size=80))
def test_request_ids_are_of_the_allowed_form(prefix: str) -> None:
    made = other_request_id(prefix, BatchInput("u", source="https://example.org"), {})
    assert re.fullmatch(r"[A-Za-z0-9_.:-]{1,64}", made)
    assert made.startswith(prefix[:31])
