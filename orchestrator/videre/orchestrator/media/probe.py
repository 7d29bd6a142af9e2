"""Probing: from a file to its media index. Imported in child processes only."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorTrc
from av.video.stream import VideoStream

from videre.common.errors import Reason
from videre.common.values import NS
from videre.orchestrator.media.coded import PacketDigests, frame_facts, unit_digests
from videre.orchestrator.media.index import (
    AudioTrack,
    Flags,
    Int64s,
    Mapping,
    MediaIndex,
    MediaKind,
    VideoTrack,
)
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.packets import (
    NONE,
    AudioBounds,
    PacketTable,
    VideoPacket,
    scan,
    ticks_per_frame,
)
from videre.orchestrator.media.reader import (
    ELEMENTARY,
    PICTURES,
    check_memory,
    file_size,
    moving_pictures,
    open_media,
    packets_of,
    preferred,
    sound_tracks,
    unreadable,
)
from videre.orchestrator.media.trial import agrees, decode_all, decode_head

_STILL_BRANDS: Final = ("avif", "avis", "heic", "heix", "mif1")
_UNKNOWN_RATE: Final = Fraction(25)
#: Packets of audio tried until a frame comes out: enough for any decoder's delay.
_AUDIO_PACKETS: Final = 64
_TRANSFERS: Final = {
    ColorTrc.BT709: "bt709",
    ColorTrc.SMPTE170M: "smpte170m",
    ColorTrc.SMPTE240M: "smpte240m",
    ColorTrc.GAMMA22: "gamma22",
    ColorTrc.GAMMA28: "gamma28",
    ColorTrc.LINEAR: "linear",
    ColorTrc.IEC61966_2_1: "iec61966-2-1",
    ColorTrc.IEC61966_2_4: "iec61966-2-4",
    ColorTrc.BT2020_10: "bt2020-10",
    ColorTrc.BT2020_12: "bt2020-12",
    ColorTrc.SMPTE2084: "smpte2084",
    ColorTrc.ARIB_STD_B67: "arib-std-b67",
}


def probe_media(path: Path, limits: MediaLimits) -> MediaIndex:
    """Return the media index of a file, without digest.

    Raises:
        VidereError: MEDIA_EMPTY, MEDIA_TOO_LARGE, MEDIA_UNREADABLE, MEDIA_LIMIT.
    """
    size = file_size(path)
    limits.check("max_bytes", size, reason=Reason.MEDIA_TOO_LARGE)
    with open_media(path) as container:
        limits.check("max_streams", len(container.streams))
        videos, sounds = moving_pictures(container), sound_tracks(container)
        video, audio = preferred(videos), preferred(sounds)
        if video is not None:
            _check_picture(video.codec_context.width, video.codec_context.height, limits)
        digests = PacketDigests(video) if video is not None else None
        try:
            see = digests.add if digests is not None else _unseen
            table, bounds = scan(container, video, audio, limits, see)
        except av.FFmpegError as error:
            check_memory(error)
            raise unreadable(f"the container cannot be read to its end ({error})") from error
        track: VideoTrack | None = None
        facts: dict[str, Any] = {}
        if video is not None:
            track, facts = _video_track(path, container, video, table, limits)
        sound = _audio_track(path, audio, bounds) if audio is not None else None
        index = MediaIndex(
            kind=_kind(container, track, sound),
            container=container.format.name,
            size_bytes=size,
            video=track,
            audio=sound,
            video_stream_count=len(videos),
            audio_stream_count=len(sounds),
        )
    limits.check("max_duration_s", -(-index.duration_ns // NS))
    if digests is None:
        return index
    return replace(index, unit_digests=unit_digests(index, table, digests, facts))


def _unseen(_packet: VideoPacket) -> None:
    """Pass over a packet: a sound file has none of a video."""


def _kind(
    container: InputContainer, video: VideoTrack | None, audio: AudioTrack | None
) -> MediaKind:
    if video is None:
        if audio is None:
            raise unreadable("the container holds neither pictures nor sound")
        return MediaKind.AUDIO
    name = container.format.name
    still = name in PICTURES or container.metadata.get("major_brand") in _STILL_BRANDS
    alone = video.frame_count == 1 and audio is None
    if alone and (still or name in ("gif", "apng")):
        return MediaKind.IMAGE
    return MediaKind.VIDEO


def _check_picture(width: int, height: int, limits: MediaLimits) -> None:
    limits.check("max_side", max(width, height))
    limits.check("max_pixels", width * height)


def _video_track(
    path: Path,
    container: InputContainer,
    stream: VideoStream,
    table: PacketTable,
    limits: MediaLimits,
) -> tuple[VideoTrack | None, dict[str, Any]]:
    """Return the track and what its frames depend on; None when the stream has no packets."""
    if not len(table):
        return None, {}
    mapping = Mapping.ORDINAL if container.format.name in ELEMENTARY else table.mapping()
    head = decode_head(path, stream.index, table, mapping)
    first = head.first
    if mapping is Mapping.PTS and agrees(path, stream.index, table, head, container.format.name):
        pts = tokens = np.sort(table.pts[table.shown])
        keys = table.tokens(mapping)[table.keys]
    else:
        whole = decode_all(path, stream.index, mapping)
        first = first or whole.first
        tokens = np.array(list(dict.fromkeys(whole.tokens)), np.int64)
        keys = np.array(whole.keys, np.int64)
        pts = _presentation(tokens, mapping, stream)
    if first is None or not len(pts):
        raise unreadable(f"the video stream ({_codec(stream)}) cannot be decoded")
    _check_picture(first.width, first.height, limits)
    assert stream.time_base is not None
    rate, variable = _rate(stream, pts, stream.time_base)
    end_pts = _end(table, pts, int(tokens[-1]), mapping, ticks_per_frame(rate, stream.time_base))
    if variable:
        rate = len(pts) / ((end_pts - int(pts[0])) * stream.time_base)
    aspect = _pixel_aspect(stream)
    width, height, rotation = _displayed(first, aspect)
    track = VideoTrack(
        stream_index=stream.index,
        codec=_codec(stream),
        width=width,
        height=height,
        coded_width=first.width,
        coded_height=first.height,
        rotation=rotation,
        pixel_aspect=aspect,
        average_rate=rate,
        variable_rate=variable,
        pixel_format=first.format.name,
        color_transfer=_TRANSFERS.get(ColorTrc(first.color_trc), ""),
        container_timecode=_timecode(container, stream),
        bit_rate=stream.codec_context.bit_rate or 0,
        time_base=stream.time_base,
        pts=pts,
        end_pts=end_pts,
        keys=_keys(keys, tokens),
        mapping=mapping,
        tokens=tokens,
    )
    return track, frame_facts(stream, first)


def _presentation(tokens: Int64s, mapping: Mapping, stream: VideoStream) -> Int64s:
    """Return the time stamps of frames whose tokens came out of the decoder in this order."""
    if mapping is not Mapping.ORDINAL:
        return np.sort(tokens)
    assert stream.time_base is not None
    # What a bare stream says itself, before the "average" that stands for not knowing.
    rate = stream.guessed_rate or stream.average_rate or _UNKNOWN_RATE
    step = 1 / (Fraction(rate) * stream.time_base)
    ticks = [round(step * place) for place in range(len(tokens))]
    return np.array(ticks, np.int64)


def _keys(key_tokens: Int64s, tokens: Int64s) -> Flags:
    keys = np.isin(tokens, key_tokens)
    keys[0] = True
    return keys


def _rate(stream: VideoStream, pts: Int64s, time_base: Fraction) -> tuple[Fraction, bool]:
    """Return (rate, varies): the container's rate where the stamps bear it out.

    Stamps are rounded to ticks (Matroska: milliseconds), so the measured rate alone is not exact;
    steps that differ by more than two ticks and a fiftieth are a variable rate.
    """
    stated = [Fraction(rate) for rate in (stream.average_rate, stream.guessed_rate) if rate]
    if len(pts) < 2:
        return next(iter(stated), _UNKNOWN_RATE), False
    steps = np.diff(pts)
    measured = Fraction(len(steps)) / (int(pts[-1] - pts[0]) * time_base)
    spread = int(steps.max() - steps.min())
    variable = spread > max(2, float(np.median(steps)) / 50)
    tolerance = Fraction(1, 100) + Fraction(2, int(pts[-1] - pts[0]))
    for rate in stated:
        if not variable and abs(rate / measured - 1) <= tolerance:
            return rate, variable
    return measured.limit_denominator(1_000_000), variable


def _end(table: PacketTable, pts: Int64s, token: int, mapping: Mapping, step: int) -> int:
    """Return the end of the last frame: its packet's duration, else the usual step."""
    usual = int(np.median(np.diff(pts))) if len(pts) > 1 else step
    stated = table.durations[table.tokens(mapping) == token]
    length = int(stated[0]) if len(stated) and mapping is Mapping.PTS else 0
    return int(pts[-1]) + (length if length > 0 and 2 * length > usual else max(1, usual))


def _pixel_aspect(stream: VideoStream) -> Fraction:
    """Return the stated pixel aspect; 1 when none or beyond what any format uses (1/8..8)."""
    aspect = Fraction(stream.sample_aspect_ratio or 1)
    return aspect if Fraction(1, 8) <= aspect <= 8 else Fraction(1)


def _displayed(frame: VideoFrame, aspect: Fraction) -> tuple[int, int, int]:
    """Return width, height and clockwise rotation as displayed."""
    rotation = round(-frame.rotation / 90) % 4 * 90
    width, height = max(1, round(frame.width * aspect)), frame.height
    return (height, width, rotation) if rotation in (90, 270) else (width, height, rotation)


def _timecode(container: InputContainer, stream: VideoStream) -> str:
    places = [stream.metadata, container.metadata, *(s.metadata for s in container.streams)]
    return next((place["timecode"] for place in places if "timecode" in place), "")


def _codec(stream: VideoStream | AudioStream) -> str:
    return str(stream.codec_context.codec.canonical_name)


def _audio_track(path: Path, stream: AudioStream, bounds: AudioBounds) -> AudioTrack | None:
    """Return the track; None when the stream has no packets at all."""
    if bounds.start == NONE:
        return None
    assert stream.time_base is not None
    start = _first_sound(path, stream.index, stream.time_base)
    language = stream.language or ""
    return AudioTrack(
        stream_index=stream.index,
        codec=_codec(stream),
        sample_rate=stream.codec_context.sample_rate or 0,
        channels=stream.codec_context.channels or 0,
        language="" if language == "und" else language,
        bit_rate=stream.codec_context.bit_rate or 0,
        time_base=stream.time_base,
        start_pts=bounds.start if start is None else start,
        end_pts=bounds.end,
    )


def _first_sound(path: Path, stream_index: int, time_base: Fraction) -> int | None:
    """Return the first decoded sample's time in ticks: decoders cut off encoders' lead-in."""
    with open_media(path) as container:
        stream = container.streams[stream_index]
        assert isinstance(stream, AudioStream)
        for packet in islice(packets_of(container, stream), _AUDIO_PACKETS):
            try:
                frames = stream.codec_context.decode(packet)
            except av.FFmpegError:
                continue
            for frame in frames:
                if frame.pts is not None and frame.time_base is not None:
                    return int(frame.pts * frame.time_base / time_base)
    return None
