"""Probing: what the index says is what the decoder shows."""

import io
import wave
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import synth

from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.decode import frames
from videre.orchestrator.media.index import MediaIndex, MediaKind
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.probe import probe_media

Named = Callable[[str], tuple[synth.Clip, Path, MediaIndex]]

EXACT = [
    "cfr25", "ntsc", "b_frames", "open_gop", "vfr", "late_start", "rotated", "anamorphic",
    "two_tracks", "long_sound", "odd_size", "tiny", "grey", "rgb", "one_frame", "transport",
]  # fmt: skip


@pytest.mark.parametrize("name", EXACT)
def test_every_frame_has_its_exact_time(named: Named, name: str) -> None:
    clip, _, index = named(name)
    assert index.video is not None
    assert index.video.frame_count == clip.frames
    made = [tick * clip.time_base for tick in clip.frame_ticks]
    read = [int(pts) * index.video.time_base for pts in index.video.pts]
    tolerance = index.video.time_base  # Matroska rounds to milliseconds
    for before, after in zip(made, read, strict=True):
        assert abs((after - read[0]) - (before - made[0])) <= tolerance


@pytest.mark.parametrize("name", ["b_frames", "open_gop", "avi_b_frames", "transport"])
def test_key_frames_are_where_the_decoder_finds_them(named: Named, name: str) -> None:
    _, path, index = named(name)
    assert index.video is not None
    with av.open(str(path)) as container:
        keys = [frame.key_frame for frame in container.decode(video=0)]
    assert index.video.keys.tolist() == keys


def test_rates(named: Named) -> None:
    ntsc = named("ntsc")[2].video
    assert ntsc is not None
    assert (ntsc.average_rate, ntsc.variable_rate) == (Fraction(30_000, 1001), False)
    varying = named("vfr")[2].video
    assert varying is not None
    assert varying.variable_rate
    length = (varying.end_pts - int(varying.pts[0])) * varying.time_base
    assert varying.average_rate == varying.frame_count / length


@pytest.mark.parametrize(
    ("name", "codec", "rate", "encoder"),
    [
        ("bare.h264", "libx264", 24_000, (("preset", "medium"), ("bf", "3"), ("g", "24"))),
        ("bare.m2v", "mpeg2video", 24_000, (("bf", "2"), ("g", "12"), ("b", "2000000"))),
        ("bare.h263", "h263", 30_000, (("g", "12"), ("qscale", "3"))),  # all packets say "key"
    ],
)
def test_frames_of_a_bare_stream_follow_each_other_at_its_own_rate(
    clip_folder: Path, name: str, codec: str, rate: int, encoder: tuple[tuple[str, str], ...]
) -> None:
    exact = Fraction(rate, 1001)
    clip = synth.Clip(
        name, 48, size=(352, 288), rate=exact, codec=codec, encoder=encoder,
        time_base=1 / exact, ticks=tuple(range(48)),
    )  # fmt: skip
    path = synth.make(clip, clip_folder)
    index = probe_media(path, MediaLimits())
    assert index.video is not None
    assert (index.video.average_rate, index.video.variable_rate) == (exact, False)
    assert index.frame_starts_ns.tolist() == [n * 10**9 // exact for n in range(48)]
    assert index.video_end_ns == 48 * 10**9 // exact
    shown = [
        (frame, synth.read_number(picture.to_ndarray(format="rgb24")))
        for frame, picture in frames(path, index.video, 20, 48)
    ]
    assert shown == [(n, n) for n in range(20, 48)]
    with av.open(str(path)) as container:
        keys = [frame.key_frame for frame in container.decode(video=0)]
    assert index.video.keys.tolist() == keys


def test_displayed_size(named: Named) -> None:
    turned, wide = named("rotated")[2].video, named("anamorphic")[2].video
    assert turned is not None
    assert (turned.width, turned.height, turned.rotation) == (180, 320, 90)
    assert (turned.coded_width, turned.coded_height) == (320, 180)
    assert wide is not None
    assert (wide.width, wide.height, wide.coded_width) == (320, 180, 240)


def test_speech_and_picture_share_one_origin(named: Named) -> None:
    index = named("late_start")[2]
    assert index.origin == Fraction(1, 2)
    assert index.audio_start_ns == 0
    assert index.frame_starts_ns[0] == 500_000_000


def test_streams_are_counted_and_the_first_is_taken(named: Named) -> None:
    index = named("two_tracks")[2]
    assert index.audio is not None
    assert (index.audio_stream_count, index.audio.language) == (2, "eng")


def test_the_longer_stream_gives_the_duration(named: Named) -> None:
    index = named("long_sound")[2]
    assert index.video_end_ns == 1_000_000_000
    assert abs(index.duration_ns - 3_000_000_000) < 30_000_000


def test_high_dynamic_range_is_stated(named: Named) -> None:
    video = named("pq")[2].video
    assert video is not None
    assert (video.pixel_format, video.color_transfer) == ("yuv420p10le", "smpte2084")


def test_sound_alone(named: Named) -> None:
    index = named("sound_only")[2]
    assert (index.kind, index.video) == (MediaKind.AUDIO, None)
    assert index.duration_ns == pytest.approx(45e9, abs=30e6)


@pytest.mark.parametrize(("orientation", "rotation"), [(1, 0), (3, 180), (6, 90), (8, 270)])
def test_pictures_are_turned_as_exif_says(tmp_path: Path, orientation: int, rotation: int) -> None:
    path = tmp_path / "picture%03d.jpg"  # a name that would be a pattern
    path.write_bytes(synth.jpeg_with_orientation(orientation))
    index = probe_media(path, MediaLimits())
    assert index.video is not None
    assert (index.kind, index.video.frame_count) == (MediaKind.IMAGE, 1)
    assert index.video.rotation == rotation
    assert (index.video.width > index.video.height) == (rotation % 180 == 0)


def test_cover_art_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "song.flac"
    with av.open(str(path), "w") as container:
        sound = container.add_stream("flac", rate=48_000)
        cover = container.add_stream("png", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 64, "rgb24"
        cover.disposition = av.stream.Disposition.attached_pic
        picture = av.VideoFrame.from_ndarray(synth.scene(0, 64, 64), format="rgb24")
        for packet in cover.encode(picture):
            container.mux(packet)
        for frame in synth._audio_frames(synth.Sound(synth.tone(1.0))):
            samples = np.asarray(frame.to_ndarray() * 32767, np.int16)
            whole = av.AudioFrame.from_ndarray(samples, "s16", "mono")
            whole.sample_rate, whole.pts, whole.time_base = 48_000, frame.pts, frame.time_base
            container.mux(sound.encode(whole))
        container.mux(sound.encode(None))
    index = probe_media(path, MediaLimits())
    assert (index.kind, index.video_stream_count) == (MediaKind.AUDIO, 0)


def wav(seconds: float) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * round(8000 * seconds)))
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.MEDIA_EMPTY),
        (b"this is text called movie.mp4\n" * 50, Reason.MEDIA_UNREADABLE),
        (bytes(4096), Reason.MEDIA_UNREADABLE),
        (b"#EXTM3U\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", Reason.MEDIA_UNREADABLE),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", Reason.MEDIA_UNREADABLE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", Reason.MEDIA_UNREADABLE),
        (b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n", Reason.MEDIA_UNREADABLE),
    ],
)
def test_what_is_no_media_is_refused(tmp_path: Path, data: bytes, reason: Reason) -> None:
    path = tmp_path / "movie.mp4"
    path.write_bytes(data)
    with pytest.raises(VidereError) as caught:
        probe_media(path, MediaLimits())
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        (MediaLimits(max_side=300), "side"),
        (MediaLimits(max_pixels=1000), "pixels"),
        (MediaLimits(max_streams=1), "streams"),
        (MediaLimits(max_duration_s=1), "duration_s"),
        (MediaLimits(max_frames=10), "frames"),
        (MediaLimits(max_bytes=100), "bytes"),
    ],
)
def test_limits_name_field_limit_and_actual(named: Named, limits: MediaLimits, field: str) -> None:
    _, path, _ = named("cfr25")
    with pytest.raises(VidereError) as caught:
        probe_media(path, limits)
    error = caught.value
    assert error.reason in (Reason.MEDIA_LIMIT, Reason.MEDIA_TOO_LARGE)
    assert error.metadata["field"] == field
    assert error.metadata["limit"] == str(getattr(limits, f"max_{field}"))
    assert error.metadata["actual"]
    assert error.violations[0].field == field


def test_a_truncated_file_counts_what_can_be_decoded(named: Named, tmp_path: Path) -> None:
    _, whole, _ = named("transport")
    path = tmp_path / "cut.ts"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    index = probe_media(path, MediaLimits())
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        shown = 0
        for packet in container.demux(stream):
            try:
                shown += len(packet.decode())
            except av.FFmpegError:
                continue
    assert index.video is not None
    assert index.video.frame_count == shown


@pytest.mark.parametrize(
    ("file", "frames", "kind"),
    [
        ("demo.mp4", 1877, MediaKind.VIDEO),
        ("video/bgs_demo.avi", 51, MediaKind.VIDEO),
        ("oldfmt/fixture-raw.mts", 31, MediaKind.VIDEO),
        ("broken/decord_corrupted.mp4", 49, MediaKind.VIDEO),
        ("broken/ft_bad-offset.mp3", 0, MediaKind.AUDIO),
        ("ocr/rapid_img_exif_orientation.jpg", 1, MediaKind.IMAGE),
    ],
)
def test_real_media(media_folder: Path, file: str, frames: int, kind: MediaKind) -> None:
    index = probe_media(media_folder / file, MediaLimits())
    assert index.kind is kind
    assert (index.video.frame_count if index.video else 0) == frames


@pytest.mark.parametrize("hidden", [10, 60])  # cuts without encoding hide up to a whole group
def test_frames_that_an_edit_list_hides_are_not_counted(
    named: Named, tmp_path: Path, hidden: int
) -> None:
    clip, whole, _ = named("b_frames")
    data = bytearray(whole.read_bytes())
    entry = data.index(b"elst") + 12  # after version, flags, number of entries
    length, start = (int.from_bytes(data[entry + n : entry + n + 4]) for n in (0, 4))
    skipped = hidden * 3600  # ticks of 1/90000
    data[entry + 4 : entry + 8] = (start + skipped).to_bytes(4)
    data[entry : entry + 4] = (length - 40 * hidden).to_bytes(4)  # the movie counts in milliseconds
    path = tmp_path / "edited.mp4"
    path.write_bytes(data)
    index = probe_media(path, MediaLimits())
    assert index.video is not None
    with av.open(str(path)) as container:
        shown = [frame.pts for frame in container.decode(video=0)]
    assert index.video.pts.tolist() == shown
    assert len(shown) == clip.frames - hidden
    assert index.frame_starts_ns[0] == 0
