"""Containers put together by hand: the suite's own media edge reads back what was put in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import synth

from bench.constructed.containers import write_heic, write_nsv, write_ogm, write_vcd_dat
from videre.orchestrator.media.decode import frames
from videre.orchestrator.media.index import MediaIndex, MediaKind
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.probe import probe_media

_FRAMES = 50
_MPEG4 = (("qscale", "3"), ("g", "25"), ("bf", "0"))


@pytest.fixture(scope="module")
def avi(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MPEG-4 pictures and MP3 sound of two seconds."""
    clip = synth.Clip(
        "base.avi", _FRAMES, codec="mpeg4", encoder=_MPEG4, time_base=1 / synth.Clip("").rate,
        ticks=tuple(range(_FRAMES)),
        sounds=(synth.Sound(synth.tone(2.0, rate=44_100), 44_100, codec="libmp3lame"),),
    )  # fmt: skip
    return synth.make(clip, tmp_path_factory.mktemp("containers"))


def _shown(path: Path, index: MediaIndex) -> list[int]:
    assert index.video is not None
    found = frames(path, index.video, 0, index.video.frame_count)
    return [synth.read_number(picture.to_ndarray(format="rgb24")) for _, picture in found]


@pytest.mark.parametrize(("write", "container"), [(write_nsv, "nsv"), (write_ogm, "ogg")])
def test_pictures_and_sound_come_back(
    avi: Path, tmp_path: Path, write: Callable[[Path, Path], None], container: str
) -> None:
    path = tmp_path / "film"
    write(avi, path)
    index = probe_media(path, MediaLimits())
    assert index.container == container
    assert index.video is not None
    assert index.audio is not None
    assert (index.video.codec, index.audio.codec) == ("mpeg4", "mp3")
    assert _shown(path, index) == list(range(_FRAMES))
    assert index.duration_ns == pytest.approx(2e9, abs=0.06e9)


def test_a_video_cds_sectors_hold_its_mpeg(tmp_path: Path) -> None:
    clip = synth.Clip(
        "disc.mpg", _FRAMES, size=(352, 288), codec="mpeg1video", encoder=(("b", "1150000"),),
        time_base=1 / synth.Clip("").rate, ticks=tuple(range(_FRAMES)),
        muxer=(("packetsize", "2324"),),
    )  # fmt: skip
    disc, path = synth.make(clip, tmp_path), tmp_path / "avseq01.dat"
    write_vcd_dat(disc, path)
    index = probe_media(path, MediaLimits())
    assert index.container == "mpeg"
    assert _shown(path, index) == list(range(_FRAMES))


def test_a_still_shows_the_films_first_picture(tmp_path: Path) -> None:
    clip = synth.Clip(
        "one.mp4", 3, codec="libx265",
        encoder=(("preset", "ultrafast"), ("x265-params", "log-level=none:pools=1")),
    )  # fmt: skip
    film, path = synth.make(clip, tmp_path), tmp_path / "still.heic"
    write_heic(film, path)
    index = probe_media(path, MediaLimits())
    assert index.kind is MediaKind.IMAGE
    assert _shown(path, index) == [0]
