"""What people want to know of a media, taken from its index. Pure."""

from __future__ import annotations

from videre.orchestrator.document import AudioFacts, MediaFacts, MediaKind, VideoFacts
from videre.orchestrator.media.index import MediaIndex


def media_facts(index: MediaIndex) -> MediaFacts:
    """Return the technical description of a media."""
    video, audio = index.video, index.audio
    return MediaFacts(
        digest=index.digest,
        size_bytes=index.size_bytes,
        kind=MediaKind(index.kind.value),
        container=index.container,
        duration_ns=index.duration_ns,
        video=None
        if video is None
        else VideoFacts(
            codec=video.codec,
            width=video.width,
            height=video.height,
            coded_width=video.coded_width,
            coded_height=video.coded_height,
            rotation_degrees=video.rotation,
            rate_numerator=video.average_rate.numerator,
            rate_denominator=video.average_rate.denominator,
            variable_rate=video.variable_rate,
            frame_count=video.frame_count,
            pixel_format=video.pixel_format,
            color_transfer=video.color_transfer,
            container_timecode=video.container_timecode,
            bit_rate=video.bit_rate,
        ),
        audio=None
        if audio is None
        else AudioFacts(
            codec=audio.codec,
            sample_rate=audio.sample_rate,
            channels=audio.channels,
            language=audio.language,
            bit_rate=audio.bit_rate,
        ),
        audio_stream_count=index.audio_stream_count,
        video_stream_count=index.video_stream_count,
        characters=index.characters,
    )
