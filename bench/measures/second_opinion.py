"""Facts and frame times of the media index beside those of the ffmpeg program.

Where the two mean different things, the difference is allowed for here and nowhere else:

- ffmpeg tells still pictures by their name ("image2") and does not state their rotation;
- a frame rate is ours measured, ffmpeg's stated: either of its two may stand, or what its own
  frame times give, to two decimals;
- a length is ours from the origin, ffmpeg's from the container's zero where that says so; where a
  header promises more than the file holds, or there is no header, ffmpeg's last packet counts;
- bit rates are compared where the container states one: parsers of MPEG streams estimate, and
  for ADPCM `ffmpeg -i` multiplies rate and bits in place of what the file states.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

from bench.ffmpeg import Described, SoundFacts, VideoFacts, describe, frame_times, packets_end
from videre.cli.evaluation.figures import Case
from videre.orchestrator.media.index import AudioTrack, MediaIndex, MediaKind, VideoTrack

#: Lengths agree to a frame of film, or to what a container rounds its own statement to, seconds.
_LENGTH_S: Final = 0.05
_ESTIMATED: Final = frozenset({"mpegts", "mpeg", "mpegvideo", "h264", "hevc", "m4v", "aac"})
#: Frame times agree when every one is the same after the first frames are laid on each other.
_SAME: Final = Fraction(1, 1_000_000)


def fact_differences(name: str, path: Path, index: MediaIndex) -> list[Case]:
    """Return every fact that ffmpeg states otherwise.

    Raises:
        ValueError: ffmpeg cannot read the file.
    """
    described = describe(path)
    pairs = [*_container(described, index), *_length(path, described, index)]
    if described.video is not None and index.video is not None:
        times = frame_times(path)
        pairs += _video(described.video, index.video, times, index.container)
        if index.kind is not MediaKind.IMAGE:
            pairs.append(("rotation", described.video.rotation, index.video.rotation))
    if described.audio is not None and index.audio is not None:
        pairs += _audio(described.audio, index.audio, index.container)
    return [
        Case(name, None, f"{fact} {expected}", str(got))
        for fact, expected, got in pairs
        if expected != got
    ]


def time_differences(name: str, path: Path, index: MediaIndex) -> list[Case]:
    """Return every frame whose time ffmpeg's decoder gives otherwise, counted from the first."""
    if index.video is None:
        return []
    theirs = frame_times(path)
    ours = [int(pts) * index.video.time_base for pts in index.video.pts]
    if len(theirs) != len(ours):
        return [Case(name, None, f"{len(theirs)} frames", f"{len(ours)} frames", weight=2.0)]
    return [
        Case(name, float(mine), f"frame {place} at {float(their - theirs[0]):.6f} s", "otherwise")
        for place, (their, mine) in enumerate(zip(theirs, ours, strict=True))
        if abs((their - theirs[0]) - (mine - ours[0])) > _SAME
    ]


Pair = tuple[str, object, object]


def _container(described: Described, index: MediaIndex) -> Iterator[Pair]:
    still = index.container.endswith("_pipe") and described.container == "image2"
    yield "container", described.container, described.container if still else index.container
    yield "video streams", described.video_streams, index.video_stream_count
    yield "audio streams", described.audio_streams, index.audio_stream_count
    timecode = index.video.container_timecode if index.video is not None else ""
    yield "timecode", described.timecode, timecode


def _length(path: Path, described: Described, index: MediaIndex) -> Iterator[Pair]:
    if described.seconds is None or index.kind is MediaKind.IMAGE:
        return
    ours = Fraction(index.duration_ns, 10**9)
    lengths = (ours, ours + index.origin)
    if any(abs(length - described.seconds) <= _LENGTH_S for length in lengths):
        return
    end = packets_end(path)
    if all(abs(length - end) > _LENGTH_S for length in lengths):
        yield "seconds", (float(described.seconds), float(end)), float(ours)


def _video(
    theirs: VideoFacts, ours: VideoTrack, times: Sequence[Fraction], container: str
) -> Iterator[Pair]:
    yield "codec", theirs.codec, ours.codec
    yield "pixel format", theirs.pixel_format, ours.pixel_format
    yield "transfer", theirs.transfer, ours.color_transfer
    yield "coded size", (theirs.width, theirs.height), (ours.coded_width, ours.coded_height)
    yield "pixel aspect", str(theirs.aspect), str(ours.pixel_aspect)
    rates = [float(rate.replace("k", "e3")) for rate in theirs.rates if rate]
    if len(times) > 1 and times[-1] > times[0]:
        measured = float((len(times) - 1) / (times[-1] - times[0]))
        rates.append(measured)
        if ours.variable_rate:  # ours counts the last frame's length too
            rates.append(float(len(times) / (ours.end_pts - int(ours.pts[0])) / ours.time_base))
    rate = float(ours.average_rate)
    if rates and not any(abs(rate - one) < 0.01 for one in rates):
        yield "rate", rates, rate
    if container not in _ESTIMATED:
        yield "video kb/s", theirs.kilobits, ours.bit_rate // 1000


def _audio(theirs: SoundFacts, ours: AudioTrack, container: str) -> Iterator[Pair]:
    yield "sound codec", theirs.codec, ours.codec
    yield "sample rate", theirs.sample_rate, ours.sample_rate
    yield "channels", theirs.channels, ours.channels
    yield "language", theirs.language, ours.language
    if container not in _ESTIMATED and not ours.codec.startswith("adpcm_"):
        yield "sound kb/s", theirs.kilobits, ours.bit_rate // 1000
