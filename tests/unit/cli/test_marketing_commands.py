"""`videre marketing …`: what is sent, what is shown, what is made."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from doubles.world import World

from videre.v1 import marketing_pb2 as pb
from videre.v1 import production_pb2

Run = Callable[..., Any]


def test_copy_is_shown_with_its_evidence(videre: Run, world: World, tmp_path: Path) -> None:
    shown = videre(
        "marketing", "write", "m1", "--language", "en", "--language", "zh", "--segment", "cars",
        "--length", "20", "--engine", "chat", "-o", str(tmp_path),
    ).out  # fmt: skip
    for words in (
        "en  everybody  chat/m  4 s in 1 shots  pass", "written by templates: no answer",
        "3 texts dropped", "Dogs [and] more", "See dogs.", "#Dog", "aa/1 +1", "Look: dog.", "aa/3",
        "0:02.0 – 0:06.0",
    ):  # fmt: skip
        assert words in shown, words
    (request,) = world.calls("WriteMarketingCopy")
    assert (request.media_id, request.language_codes, request.segment_ids) == (
        "m1", ["en", "zh"], ["cars"],
    )  # fmt: skip
    assert (request.length.ToSeconds(), request.engine) == (20, pb.MARKETING_ENGINE_CHAT)
    assert (tmp_path / "promo-1.en.otio").read_text() == "{}"
    assert videre("marketing", "write", "m1", "--json").json()["copies"][0]["length"] == "4s"


def test_a_film_is_said_and_assembled(videre: Run, world: World, tmp_path: Path) -> None:
    data = b"sound"
    digest = hashlib.sha256(data).hexdigest()
    world.artifacts[digest] = data
    world.outputs.append(
        production_pb2.OutputArtifact(
            name="speech.wav", task="voice-1", role="audio", digest=digest, size_bytes=5
        )
    )
    ran = videre("marketing", "film", "m1", "-o", str(tmp_path / "out"))
    assert ran.code == 0
    assert (tmp_path / "out" / "voice-1.wav").read_bytes() == data
    said, made = world.calls("SubmitJob")
    assert [one.name for one in said.production_tasks] == ["voice-1"]
    assert [(one.name, one.media_id, bool(one.upload_id)) for one in made.inputs] == [
        ("main", "m1", False), ("voice-1", "", True),
    ]  # fmt: skip
    assert made.production_tasks[0].assemble.timeline == "{}"
    assert made.skip_analysis
    refused = videre("marketing", "film", "still", "-o", str(tmp_path))
    assert (refused.code, "has no script" in refused.err) == (2, True)
