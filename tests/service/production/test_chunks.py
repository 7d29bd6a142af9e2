"""Long outputs are made in chunks: the same file whichever of them were there before."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
import synth
from rendering import render, request

from videre.v1 import production_pb2 as pb

pytestmark = [pytest.mark.engine, pytest.mark.long]

RATE, FRAMES = 2, 300  # 150 s: chunks of 120, 120 and 60 frames
FAST = pb.Rendition(encoder_options={"speed": "ultrafast"})


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    clip = synth.Clip(
        "long.mp4", FRAMES, size=(80, 48), rate=RATE, cuts=(),
        encoder=(("preset", "ultrafast"), ("g", "50"), ("bf", "2")),
        sounds=(synth.Sound(synth.tone(FRAMES / RATE, rate=16_000), rate=16_000),),
    )  # fmt: skip
    return synth.make(clip, tmp_path_factory.mktemp("long"))


def seconds(value: int) -> pb.RationalTime:
    return pb.RationalTime(value=value, rate_numerator=1)


def burned(*cues: tuple[int, int, str]) -> pb.ProductionTask:
    track = [
        pb.CaptionCue(range=pb.MediaRange(start=seconds(start), end=seconds(end)), text=text)
        for start, end, text in cues
    ]
    return pb.ProductionTask(
        burn_captions=pb.BurnCaptionsParams(
            track=pb.CaptionTrack(cues=track), renditions=[FAST], size=0.2
        )
    )


def chunks(production: Any) -> set[str]:
    return {one.name for one in (production.folder / "chunks").glob("*/*")}


async def made(production: Any, task: pb.ProductionTask, main: Any) -> pb.OutputArtifact:
    _, result = await render(production, request(task, main))
    (output,) = result.outputs
    return output


async def test_edited_captions_change_the_chunks_in_which_they_are_seen(
    production: Any, film: Path, tmp_path: Path
) -> None:
    main = production.media(film)
    first = await made(production, burned((10, 20, "one"), (130, 140, "two")), main)
    before = chunks(production)
    assert len(before) == 3
    edited = await made(production, burned((10, 20, "one"), (130, 140, "three")), main)
    assert len(chunks(production) - before) == 1
    assert edited.digest != first.digest
    for left in (production.folder / "chunks").glob("*/*"):  # nothing of it is there any more
        for file in left.iterdir():
            file.unlink()
        left.rmdir()
    anew = await made(production, burned((10, 20, "one"), (130, 140, "three")), main)
    assert anew.digest == edited.digest
    path = tmp_path / "made.mp4"
    path.write_bytes(production.store.read("default", anew.digest))
    with av.open(str(path)) as container:
        shown, heard = container.streams.video[0], container.streams.audio[0]
        assert shown.time_base is not None
        times = [frame.pts * shown.time_base for frame in container.decode(shown)]
        assert times == [Fraction(number, RATE) for number in range(FRAMES)]
        assert heard.duration is not None
        assert heard.time_base is not None
        assert abs(heard.duration * heard.time_base - FRAMES // RATE) < Fraction(1, 10)
    assert not list((production.folder / "render").glob("*"))


async def test_a_task_that_has_ended_leaves_no_chunks(production: Any, film: Path) -> None:
    task = pb.ProductionTask(
        transcode=pb.TranscodeParams(
            renditions=[
                FAST,
                pb.Rendition(name="small", width=40, encoder_options={"speed": "ultrafast"}),
                pb.Rendition(name="sound", preset="audio-flac"),
            ]
        )
    )
    _, result = await render(production, request(task, production.media(film)))
    assert [one.media.frames for one in result.outputs] == [FRAMES, FRAMES, 0]
    assert chunks(production) == set()
