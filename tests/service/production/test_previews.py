"""Previews: one frame as it will be made, what was found drawn over it, seconds of sound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import reframed
import synth
from rendering import refusal, render, request

from videre.common.errors import Reason
from videre.v1 import production_pb2 as pb

pytestmark = pytest.mark.engine

Clip = Callable[[str], Path]
#: Of the frames of `cfr25`.
RATE = 25


def frame(number: int) -> pb.ProductionPreview:
    return pb.ProductionPreview(at=pb.RationalTime(value=number, rate_numerator=RATE))


def task(name: str, preview: pb.ProductionPreview, **params: Any) -> pb.ProductionTask:
    made: dict[str, Any] = {name: params}
    return pb.ProductionTask(**made, preview=preview)


def part(start: int, end: int) -> dict[str, Any]:
    return {"start": {"value": start, "rate_numerator": RATE},
            "end": {"value": end, "rate_numerator": RATE}}  # fmt: skip


def shown(production: Any, output: pb.OutputArtifact) -> np.ndarray:
    data = production.store.read("default", output.digest)
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert (output.media.width, output.media.height) == picture.shape[1::-1]
    return np.asarray(picture[:, :, ::-1], np.int16)


def nearest(picture: np.ndarray, frames: list[np.ndarray]) -> int:
    return int(np.argmin([np.abs(picture - one).mean() for one in frames]))


@pytest.fixture
def song(tmp_path: Path) -> Path:
    sound = synth.Sound(synth.tone(9.0), codec="pcm_s16le")
    return synth.make(synth.Clip("song.mka", 0, sounds=(sound,)), tmp_path)


async def test_the_frame_of_a_cut_list(production: Any, clip: Clip) -> None:
    path = clip("cfr25")
    plain = [one.astype(np.int16) for one in reframed.frames_of(path)]
    keep = [part(30, 40), part(5, 20)]
    made = task("trim", frame(12), keep=keep)  # the third frame of the second part
    _, result = await render(production, request(made, production.media(path)))
    (output,) = result.outputs
    assert (output.name, output.role) == ("preview.jpg", "preview")
    assert nearest(shown(production, output), plain) == 7
    late = task("trim", frame(25), keep=keep)
    error = await refusal(production, request(late, production.media(path)))
    assert error.reason == Reason.FIELD_INVALID
    assert "what is made ends at 1 s" in error.message


async def test_a_window_and_its_way_are_drawn_over_the_source(production: Any, clip: Clip) -> None:
    path = clip("cfr25")
    plain = [one.astype(np.int16) for one in reframed.frames_of(path)]
    square = [pb.Rendition(name="square", aspect="1:1")]
    made = task("reframe", frame(30), renditions=square)
    _, result = await render(production, request(made, production.media(path)))
    cut, marked = result.outputs
    assert [cut.name, marked.name] == ["preview.jpg", "preview-marked.jpg"]
    assert (cut.media.width, cut.media.height) == (180, 180)
    assert (marked.media.width, marked.media.height) == (320, 180)
    at = shown(production, cut)
    fits = [np.abs(plain[30][:, left : left + 180] - at).mean() for left in range(141)]
    left = int(np.argmin(fits))
    assert fits[left] < 8
    over = shown(production, marked)
    inside = over[20:-20, left + 8 : left + 172]
    assert np.abs(inside - plain[30][20:-20, left + 8 : left + 172]).mean() < 14  # and its way
    outside = [over[:, : max(0, left - 4)], over[:, left + 184 :]]
    before = [plain[30][:, : max(0, left - 4)], plain[30][:, left + 184 :]]
    for dark, light in zip(outside, before, strict=True):
        assert dark.size == 0 or dark.mean() < 0.7 * light.mean()
    beyond = task("reframe", frame(60), renditions=square)
    error = await refusal(production, request(beyond, production.media(path)))
    assert "task.preview.at: must lie in 0..2.4 s" in error.message


async def test_sound_is_heard_from_the_instant_on(production: Any, clip: Clip) -> None:
    made = task("bleep", frame(10), ranges=[part(20, 30)])
    _, result = await render(production, request(made, production.media(clip("cfr25"))))
    (output,) = result.outputs
    assert (output.name, output.role) == ("preview.m4a", "preview")
    assert output.media.duration.ToNanoseconds() == pytest.approx(2e9, abs=3e7)


async def test_what_has_no_picture_is_heard(production: Any, song: Path) -> None:
    given = production.media(song)
    made = task("trim", frame(RATE), keep=[part(0, 50), part(100, 200)])
    _, result = await render(production, request(made, given))
    (output,) = result.outputs
    assert (output.name, output.role) == ("preview.m4a", "preview")
    assert output.media.duration.ToNanoseconds() == pytest.approx(5e9, abs=3e7)
    unseen = task("watermark", frame(RATE), text="Videre")
    assert (await refusal(production, request(unseen, given))).reason == Reason.NO_TRACK


@pytest.mark.parametrize(
    ("name", "preview", "params", "seconds"),
    [
        ("bleep", pb.ProductionPreview(), {"ranges": [part(20, 30)]}, 5),
        ("transcode", pb.ProductionPreview(), {"renditions": [{"preset": "audio-mp3"}]}, 5),
        ("mix_audio", frame(6 * RATE), {"tracks": [{"role": pb.MIX_ROLE_MUSIC}]}, 3),
    ],
)
async def test_seconds_of_sound_are_taken_once(
    production: Any,
    song: Path,
    name: str,
    preview: pb.ProductionPreview,
    params: dict[str, Any],
    seconds: int,
) -> None:
    made = task(name, preview, **params)
    _, result = await render(production, request(made, production.media(song)))
    (output,) = result.outputs
    assert output.media.duration.ToNanoseconds() == pytest.approx(seconds * 1e9, abs=3e7)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "params", "names"),
    [
        ("cover", {}, ["preview.jpg"]),
        ("sprite", {}, ["preview.jpg"]),
        ("transcode", {"renditions": [{"aspect": "1:1"}]}, ["preview.jpg"]),
        ("transcode", {"renditions": [{"preset": "audio-mp3"}]}, ["preview.m4a"]),
        ("watermark", {"text": "Videre"}, ["preview.jpg", "preview-marked.jpg"]),
        ("remove_logo", {"regions": [{"keys": [{"box": {"x": 0.7, "y": 0.1, "width": 0.2,
         "height": 0.2}}]}]}, ["preview.jpg", "preview-marked.jpg"]),
        ("upscale", {}, ["preview.jpg"]),
        ("concatenate", {}, ["preview.jpg"]),
        ("mix_audio", {"tracks": [{"role": pb.MIX_ROLE_MUSIC}]}, ["preview.m4a"]),
    ],
)  # fmt: skip
async def test_previews_of_every_kind(
    production: Any, clip: Clip, name: str, params: dict[str, Any], names: list[str]
) -> None:
    made = task(name, pb.ProductionPreview(), **params)
    _, result = await render(production, request(made, production.media(clip("cfr25"))))
    assert [one.name for one in result.outputs] == names
