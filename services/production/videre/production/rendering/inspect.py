"""What is in a file that was made, read from the file itself. Child process only."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from videre.common.errors import Reason, VidereError
from videre.production.frames import open_media
from videre.production.rendering.job import MadeFacts

_NS = 1_000_000_000


def inspect(path: Path) -> MadeFacts:
    """Return what a file holds.

    Raises:
        VidereError: ENGINE_FAILED, it holds nothing.
        av.FFmpegError, OSError: it cannot be read.
    """
    with open_media(path) as container:
        video = next((s for s in container.streams if isinstance(s, VideoStream)), None)
        audio = next((s for s in container.streams if isinstance(s, AudioStream)), None)
        frames, end, packets = 0, Fraction(0), 0
        spans: set[int] = set()
        for packet in container.demux():
            if packet.pts is None or not packet.size or packet.time_base is None:
                continue
            packets += 1
            end = max(end, (packet.pts + (packet.duration or 0)) * packet.time_base)
            if video is not None and packet.stream_index == video.index:
                frames += 1
                spans.add(packet.duration or 0)
        if not packets:
            raise VidereError(Reason.ENGINE_FAILED, f"the renderer made {path.name} empty")
        # Containers with coarse ticks give a constant rate two lengths beside each other.
        steady = video is not None and max(spans, default=0) - min(spans, default=0) <= 1
        return MadeFacts(
            file=path.name,
            duration_ns=round(end * _NS),
            width=video.width if video else 0,
            height=video.height if video else 0,
            frames=frames,
            frame_rate=video.average_rate if video and steady else None,
            video_codec=video.codec_context.codec.canonical_name if video else "",
            audio_codec=audio.codec_context.codec.canonical_name if audio else "",
            sample_rate=audio.codec_context.sample_rate if audio else 0,
            channels=audio.codec_context.channels if audio else 0,
        )
