"""`videre submit` with what is moderated beside the media: title, description, comments."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doubles.world import World

from videre.cli.comments import checked, read_comments
from videre.cli.failures import CommandError

Run = Callable[..., Any]


def test_title_description_and_comments_go_with_the_job(
    videre: Run, world: World, tmp_path: Path
) -> None:
    film, comments = tmp_path / "a.mp4", tmp_path / "comments.jsonl"
    film.write_bytes(b"film")
    lines = [{"text": "wow", "offset": 1.5, "id": "c1"}, {"text": "你好"}]
    comments.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    ran = videre(
        "submit", film, "--title", "A film", "--description", "Of a dog", "--comments", comments
    )
    assert ran.code == 0
    context = world.calls("SubmitJob")[0].context
    assert (context.title, context.description) == ("A film", "Of a dog")
    first, second = context.comments
    assert (first.text, first.comment_id, first.offset.ToMilliseconds()) == ("wow", "c1", 1_500)
    assert (second.text, second.HasField("offset")) == ("你好", False)


def test_the_same_comments_again_make_no_new_job(videre: Run, world: World, tmp_path: Path) -> None:
    film, comments = tmp_path / "a.mp4", tmp_path / "comments.txt"
    film.write_bytes(b"film")
    comments.write_text("one\n\ntwo\n", encoding="utf-8")
    videre("submit", film, "--comments", comments)
    videre("submit", film, "--comments", comments)
    assert len(world.jobs) == 1
    assert [one.text for one in world.calls("SubmitJob")[0].context.comments] == ["one", "two"]
    comments.write_text("one\n", encoding="utf-8")
    videre("submit", film, "--comments", comments)
    assert len(world.jobs) == 2


def test_a_manifest_may_have_comments(videre: Run, world: World, tmp_path: Path) -> None:
    manifest = tmp_path / "batch.jsonl"
    line = {"text": "Words.", "title": "T", "comments": [{"text": "c", "offset": 2}]}
    manifest.write_text(json.dumps(line), encoding="utf-8")
    assert videre("submit", manifest).code == 0
    (comment,) = world.calls("SubmitJob")[0].context.comments
    assert (comment.text, comment.offset.seconds) == ("c", 2)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ("[]", "no {"),
        ('{"text": 1}', "no {"),
        ('{"text": "a", "who": "b"}', "unknown who"),
        ('{"text": "a", "offset": "1"}', "offset is seconds"),
        ('{"text": "a", "offset": true}', "offset is seconds"),
        ('{"text": "a", "offset": NaN}', "offset is seconds"),
        ('{"text": "a", "id": 1}', "id a text"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "comments.jsonl"
    path.write_text(f'{{"text": "a"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(CommandError, match=r"comments\.jsonl:2: ") as caught:
        read_comments(path)
    assert words in str(caught.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        read_comments(tmp_path / "none.txt")
    assert checked({"text": "a"}, "here") == {"text": "a"}


def test_covers_are_uploaded_or_named(videre: Run, world: World, tmp_path: Path) -> None:
    film, cover = tmp_path / "a.mp4", tmp_path / "cover.jpg"
    film.write_bytes(b"film")
    cover.write_bytes(b"picture")
    assert videre("submit", film, "--cover", cover, "--cover", "media:m7").code == 0
    first, second = world.calls("SubmitJob")[0].context.covers
    assert (bytes(world.bytes_of[first.upload_id]), second.media_id) == (b"picture", "m7")
