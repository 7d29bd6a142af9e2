"""Green screen: subjects cut out of films and pictures; sound and times kept; the bytes repeat."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import keyed
import numpy as np
import pytest
import synth
from rendering import refusal, render, request

from videre.common.errors import Reason
from videre.v1 import production_pb2 as pb

pytestmark = pytest.mark.engine

FRAMES = 8


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sound = synth.Sound(synth.tone(FRAMES / 25))
    clip = keyed.KeyedClip(
        "film.mp4", frames=FRAMES, size=keyed.SIZE, sounds=(sound,),
        encoder=(("preset", "fast"), ("crf", "12")),
    )  # fmt: skip
    return synth.make(clip, tmp_path_factory.mktemp("keyed"))


def key(*presets: str, **params: Any) -> pb.ProductionTask:
    wanted = [pb.Rendition(preset=one) for one in presets]
    return pb.ProductionTask(key_green_screen=pb.KeyGreenScreenParams(renditions=wanted, **params))


def written(production: Any, output: pb.OutputArtifact, folder: Path) -> Path:
    path = folder / output.name
    path.write_bytes(production.store.read("default", output.digest))
    return path


def frames_of(path: Path, form: str) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format=form) for frame in container.decode(video=0)]


async def test_a_film_is_put_before_a_colour(production: Any, film: Path, tmp_path: Path) -> None:
    wanted = request(key("archive", backdrop={"color": "#204080"}), production.media(film))
    _, result = await render(production, wanted)
    (output,) = result.outputs
    assert (output.media.frames, output.media.audio_codec) == (FRAMES, "flac")
    assert (output.media.width, output.media.height) == keyed.SIZE
    found = np.array(list(bytes.fromhex(output.media.keying.key_color[1:])))
    assert np.abs(found - keyed.GREEN).max() < 16
    assert 0.6 < output.media.keying.screen_ratio < 0.95
    for number, shown in enumerate(frames_of(written(production, output, tmp_path), "rgb24")):
        truth = keyed.keyed(keyed.GREEN, number * 3.0).before((0x20, 0x40, 0x80))
        assert cv2.PSNR(shown, np.clip(truth, 0, 255).astype(np.uint8)) > 31, number
    _, again = await render(production, wanted)
    assert again.outputs[0].digest == output.digest


async def test_transparency_is_kept(production: Any, film: Path, tmp_path: Path) -> None:
    part = pb.MediaRange(start=pb.RationalTime(value=2, rate_numerator=25))
    wanted = request(key("prores-4444", "vp9", "archive", range=part), production.media(film))
    _, result = await render(production, wanted)
    prores, vp9, archive = result.outputs
    assert [one.media.frames for one in result.outputs] == [FRAMES - 2] * 3
    assert (prores.name, prores.media_type) == ("prores-4444.mov", "video/quicktime")
    assert (vp9.media.video_codec, archive.media.video_codec) == ("vp9", "ffv1")
    lossless = frames_of(written(production, archive, tmp_path), "rgba")
    coded = frames_of(written(production, prores, tmp_path), "rgba")
    for number, (one, other) in enumerate(zip(lossless, coded, strict=True)):
        alpha = keyed.keyed(keyed.GREEN, (number + 2) * 3.0).alpha
        assert np.abs(one[..., 3] / 255 - alpha).mean() < 0.008
        assert np.abs(other[..., 3].astype(int) - one[..., 3]).max() <= 2
        inside = one[..., 3] == 255
        assert np.abs(other[inside][:, :3].astype(int) - one[inside][:, :3]).mean() < 6
    with av.open(str(written(production, vp9, tmp_path))) as container:
        assert container.streams.video[0].metadata.get("alpha_mode") == "1"


async def test_a_film_runs_behind(production: Any, film: Path, tmp_path: Path) -> None:
    behind = synth.make(
        synth.Clip("behind.mp4", frames=3, size=(192, 96), encoder=(("crf", "10"),)), tmp_path
    )
    wanted = request(
        key("archive", backdrop={"input": "sea"}),
        production.media(film), production.media(behind, name="sea"),
    )  # fmt: skip
    _, result = await render(production, wanted)
    shown = frames_of(written(production, result.outputs[0], tmp_path), "rgb24")
    own = frames_of(behind, "rgb24")
    for number, frame in enumerate(shown):
        corner = own[number % 3][:20, 16:60].astype(int)
        assert np.abs(frame[:20, :44].astype(int) - corner).mean() < 4, number


async def test_pictures_are_cut_out(production: Any, tmp_path: Path) -> None:
    one = keyed.keyed(keyed.BLUE)
    path = tmp_path / "picture.png"
    assert cv2.imwrite(str(path), one.picture[..., ::-1])
    _, result = await render(production, request(key(), production.media(path)))
    (output,) = result.outputs
    assert (output.name, output.role) == ("key-green-screen.png", "picture")
    assert output.media_type == "image/png"
    made = cv2.imread(str(written(production, output, tmp_path)), cv2.IMREAD_UNCHANGED)
    assert np.abs(made[..., 3] / 255 - one.alpha).mean() < 0.006
    second = pb.RationalTime(value=1, rate_numerator=1)
    error = await refusal(
        production, request(key(range=pb.MediaRange(end=second)), production.media(path))
    )
    assert error.reason is Reason.FIELD_INVALID


async def test_what_has_no_screen_is_refused(production: Any, tmp_path: Path) -> None:
    alone = synth.make(synth.Clip("a.m4a", 0, sounds=(synth.Sound(synth.tone(0.3)),)), tmp_path)
    error = await refusal(production, request(key(), production.media(alone)))
    assert error.reason is Reason.NO_TRACK
    plain = tmp_path / "noise.png"
    noise = np.random.default_rng(1).integers(0, 255, (48, 64, 3), np.uint8)
    assert cv2.imwrite(str(plain), noise)
    error = await refusal(production, request(key(), production.media(plain)))
    assert error.reason is Reason.FIELD_REQUIRED
    assert "key_color" in error.message
    backed = key(backdrop={"input": "a"}, key_color="#00ff00")
    error = await refusal(
        production, request(backed, production.media(plain), production.media(alone, name="a"))
    )
    assert error.reason is Reason.NO_TRACK


async def test_a_varying_rate_stays(production: Any, tmp_path: Path) -> None:
    ticks = (0, 3_000, 9_000, 10_500, 20_000)
    clip = keyed.KeyedClip("vfr.mp4", frames=5, size=keyed.SIZE, ticks=ticks)
    wanted = request(key("archive"), production.media(synth.make(clip, tmp_path)))
    _, result = await render(production, wanted)
    with av.open(str(written(production, result.outputs[0], tmp_path))) as container:
        times = [frame.pts * frame.time_base for frame in container.decode(video=0)]
    assert np.abs(np.array(times[:5], float) - np.array(ticks) / 90_000).max() < 0.002
    assert isinstance(times[0], Fraction)
