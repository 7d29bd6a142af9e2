"""Key frames and their perceptual hashes, as they are compared before any model runs."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest
from synth import Clip, make, read_number, scene

from videre.common.errors import VidereError
from videre.orchestrator.media.frame_hash import perceptual_hash
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.probe import probe_media
from videre.orchestrator.media.screened import screen_frames
from videre.visual.picture_hash import perceptual_hash as visual_hash
from videre.visual.pictures import Picture

FILM = Clip("screen.mp4", frames=60, encoder=(("preset", "ultrafast"), ("g", "20")), cuts=(30,))


def differing(one: int | None, other: int | None) -> int:
    assert one is not None
    assert other is not None
    return (one ^ other).bit_count()


def test_key_frames_are_hashed_and_shown(tmp_path: Path) -> None:
    path = make(FILM, tmp_path)
    index = probe_media(path, MediaLimits())
    assert index.video is not None
    found = screen_frames(path, index, [0, 40], tmp_path)
    assert [frame for frame, _ in found] == [0, 40]
    for frame, value in found:
        shown = FILM.picture(frame)[:, :, ::-1].copy()
        assert differing(int(value, 16), perceptual_hash(shown)) <= 4
        picture = cv2.imread(str(tmp_path / f"{frame}.jpg"))
        assert picture is not None
        assert read_number(picture) == frame


def test_a_frame_that_is_no_key_frame_does_not_come(tmp_path: Path) -> None:
    path = make(FILM, tmp_path)
    with pytest.raises(VidereError, match="could not be decoded"):
        screen_frames(path, probe_media(path, MediaLimits()), [0, 7], None)


@pytest.mark.parametrize("size", [(320, 180), (1_280, 720), (90, 160)])
def test_hashes_are_those_of_the_visual_service(size: tuple[int, int]) -> None:
    picture = scene(3, *size)
    assert differing(perceptual_hash(picture), visual_hash(Picture(picture))) <= 1
