"""Decoding: frame numbers are right, whatever the file and however the units are run."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
import synth

from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.candidates import Pick
from videre.orchestrator.media.decode import context_range, decode_units, frames
from videre.orchestrator.media.index import MediaIndex, VideoTrack
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.probe import probe_media
from videre.orchestrator.media.unitfile import UnitSpool, unit_folder
from videre.orchestrator.media.units import cut_units

Named = Callable[[str], tuple[synth.Clip, Path, MediaIndex]]
Decoded = Callable[[Path, MediaIndex], list[UnitSpool]]


def picture(spool: UnitSpool, frame: int) -> np.ndarray:
    image = cv2.imdecode(np.frombuffer(spool.jpeg(frame), np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return np.asarray(image)


def read(image: np.ndarray, index: MediaIndex) -> int:
    assert index.video is not None
    upright = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 0: None}[index.video.rotation]
    return synth.read_number(image if upright is None else np.asarray(cv2.rotate(image, upright)))


@pytest.mark.parametrize(
    "name",
    [
        "cfr25", "ntsc", "b_frames", "open_gop", "avi_b_frames", "vfr", "late_start", "rotated",
        "anamorphic", "pq", "odd_size", "tiny", "grey", "rgb", "one_frame", "fades", "transport",
        *(pytest.param(name, marks=pytest.mark.long) for name in ("long_gop", "minute")),
    ],
)  # fmt: skip
def test_pictures_show_the_frame_they_name(named: Named, decoded: Decoded, name: str) -> None:
    _, path, index = named(name)
    assert index.video is not None
    for spool in decoded(path, index):
        assert spool.candidates
        assert not spool.missing
        for candidate in spool.candidates:
            image = picture(spool, candidate.frame)
            assert image.shape[:2] == (index.video.height, index.video.width)
            assert read(image, index) == candidate.frame
            assert candidate.time_ns == index.frame_starts_ns[candidate.frame]


@pytest.mark.parametrize("name", [pytest.param("minute", marks=pytest.mark.long), "long_gop"])
def test_units_come_out_the_same_alone_and_together(
    named: Named, tmp_path: Path, name: str
) -> None:
    _, path, index = named(name)
    units = cut_units(index)
    together, alone = tmp_path / "together", tmp_path / "alone"
    together.mkdir()
    alone.mkdir()
    decode_units(path, index, units, together)
    for unit in units:
        decode_units(path, index, [unit], alone)
    assert len(units) == 3
    for unit in units:
        for file in ("signals-2", "quality-1", "frames"):
            a = (unit_folder(together, unit.index) / file).read_bytes()
            assert a == (unit_folder(alone, unit.index) / file).read_bytes()


def test_signals_cover_the_unit_and_its_context(named: Named, decoded: Decoded) -> None:
    clip, path, index = named("minute")
    for spool in decoded(path, index):
        first, end = context_range(index.frame_starts_ns, spool.unit)
        assert spool.signals["frame"].tolist() == list(range(first, end))
        assert (spool.signals["time_ns"] == index.frame_starts_ns[first:end]).all()
        assert first == max(0, spool.unit.start_frame - 50)
        change = spool.signals["delta_y"] + spool.signals["delta_u"] + spool.signals["delta_v"]
        cuts = [cut for cut in clip.cuts if first <= cut < end]
        assert set(cuts) <= set(spool.signals["frame"][change > 20].tolist())


def test_the_frame_after_every_jump_is_kept(named: Named, decoded: Decoded) -> None:
    clip, path, index = named("minute")
    jumps = {
        candidate.frame
        for spool in decoded(path, index)
        for candidate in spool.candidates
        if candidate.reasons & Pick.AFTER_JUMP
    }
    assert set(clip.cuts) <= jumps


def test_every_half_second_has_a_candidate(named: Named, decoded: Decoded) -> None:
    _, path, index = named("minute")
    for spool in decoded(path, index):
        cells = {(c.time_ns - spool.unit.start_ns) // 500_000_000 for c in spool.candidates}
        length = spool.unit.end_ns - spool.unit.start_ns
        assert cells == set(range(-(-length // 500_000_000)))


def test_fades_show_in_the_luma(named: Named, decoded: Decoded) -> None:
    _, path, index = named("fades")
    (spool,) = decoded(path, index)
    luma = spool.signals["luma_mean"]
    assert luma[36:38].max() < 12 < luma[20]
    assert spool.signals["dark_share"][37] > 0.95


def test_signals_do_not_depend_on_the_pixel_format(named: Named, decoded: Decoded) -> None:
    means = {}
    for name in ("cfr25", "rgb", "odd_size", "pq"):
        _, path, index = named(name)
        means[name] = float(decoded(path, index)[0].signals["luma_mean"][0])
    assert max(means.values()) - min(means.values()) < 6


def test_damage_in_the_middle_loses_only_itself(named: Named, tmp_path: Path) -> None:
    _, whole, index = named("minute")
    data = bytearray(whole.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = bytes(3000)
    path = tmp_path / "damaged.mp4"
    path.write_bytes(data)
    units = cut_units(index)
    missing = decode_units(path, index, units, tmp_path)
    lost = sum(end - start for ranges in missing for start, end in ranges)
    assert 0 < lost < 150
    for unit, ranges in zip(units, missing, strict=True):
        spool = UnitSpool(unit_folder(tmp_path, unit.index))
        assert spool.missing == tuple(ranges)
        assert len(spool.signals) == np.ptp(context_range(index.frame_starts_ns, unit))
        for start, end in ranges:
            held = spool.signals[start - int(spool.signals["frame"][0]) :][: end - start]
            assert not held["delta_y"].any()


def test_nothing_decodable_is_a_failure(named: Named, tmp_path: Path) -> None:
    _, path, index = named("minute")
    with pytest.raises(VidereError) as caught:
        decode_units(_emptied(path, tmp_path), index, cut_units(index)[1:2], tmp_path)
    assert caught.value.reason is Reason.DECODE_FAILED


def _emptied(path: Path, folder: Path) -> Path:
    """Return a copy whose packets are all zeros, its index untouched."""
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4
    end = data.find(b"moov", start)
    end = len(data) if end < 0 else end - 4
    data[start:end] = bytes(end - start)
    target = folder / "emptied.mp4"
    target.write_bytes(data)
    return target


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_turned_picture_stands_upright(
    tmp_path: Path, decoded: Decoded, orientation: int
) -> None:
    path = tmp_path / "picture"
    path.write_bytes(synth.jpeg_with_orientation(orientation))
    index = probe_media(path, MediaLimits())
    assert index.video is not None
    (spool,) = decoded(path, index)
    image = picture(spool, 0)
    back = {0: 0, 90: 1, 180: 2, 270: 3}[index.video.rotation]
    assert synth.read_number(np.rot90(image, back)) == 1


def test_transparent_pictures_lie_on_white(tmp_path: Path, decoded: Decoded) -> None:
    image = np.zeros((90, 160, 4), np.uint8)
    image[40:50, 40:120, 3] = 255  # a black bar on nothing
    path = tmp_path / "bar.png"
    path.write_bytes(cv2.imencode(".png", image)[1].tobytes())
    (spool,) = decoded(path, probe_media(path, MediaLimits()))
    shown = picture(spool, 0)
    assert shown[10, 10].min() > 245
    assert shown[45, 80].max() < 10


def test_large_pictures_are_scaled_to_1280(tmp_path: Path, decoded: Decoded) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(cv2.imencode(".png", synth.burn(synth.scene(1, 2000, 1000), 9))[1].tobytes())
    (spool,) = decoded(path, probe_media(path, MediaLimits()))
    shown = picture(spool, 0)
    assert shown.shape == (640, 1280, 3)
    assert synth.read_number(shown) == 9


@pytest.mark.long
def test_cuts_of_a_real_film_stand_out(media_folder: Path, decoded: Decoded) -> None:
    path = media_folder / "demo.mp4"
    index = probe_media(path, MediaLimits())
    cuts = {100, 275, 387, 537, 612, 737, 837, 987, 1112, 1202, 1327, 1452, 1487, 1567, 1717, 1802}
    jumps = {
        candidate.frame
        for spool in decoded(path, index)
        for candidate in spool.candidates
        if candidate.reasons & Pick.AFTER_JUMP
    }
    assert jumps == cuts


def test_frames_after_a_seek_are_those_of_a_whole_pass(media_folder: Path) -> None:
    """4:4:4 of an old x264: decoders get it wrong unless they saw the file's first packet."""
    path = media_folder / "video" / "cockatoo.mp4"
    index = probe_media(path, MediaLimits())
    assert index.video is not None
    whole = _picture(path, index.video, 0, 130)
    sought = _picture(path, index.video, 125, 130)
    assert np.array_equal(whole, sought)


def _picture(path: Path, track: VideoTrack, first: int, wanted: int) -> npt.NDArray[np.uint8]:
    for frame, picture in frames(path, track, first, wanted + 1):
        if frame == wanted:
            return picture.to_ndarray(format="rgb24")
    raise AssertionError(f"frame {wanted} was not decoded")
