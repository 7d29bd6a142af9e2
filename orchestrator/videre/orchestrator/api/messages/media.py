"""What a media is, technically → its public message."""

from __future__ import annotations

from videre.orchestrator import document as d
from videre.orchestrator.api.present import duration
from videre.v1 import analysis_pb2 as pb


def media_info(media: d.MediaFacts) -> pb.MediaInfo:
    """Return the technical description of a media."""
    video, audio = media.video, media.audio
    return pb.MediaInfo(
        digest=media.digest,
        size_bytes=media.size_bytes,
        kind=pb.MediaKind.Value(f"MEDIA_KIND_{media.kind.upper()}"),
        container=media.container,
        duration=duration(media.duration_ns),
        video=_video(video) if video else None,
        audio=_audio(audio) if audio else None,
        audio_stream_count=media.audio_stream_count,
        video_stream_count=media.video_stream_count,
        character_count=media.characters,
    )


def _video(video: d.VideoFacts) -> pb.VideoStreamInfo:
    return pb.VideoStreamInfo(
        codec=video.codec,
        width=video.width,
        height=video.height,
        coded_width=video.coded_width,
        coded_height=video.coded_height,
        rotation_degrees=video.rotation_degrees,
        frame_rate_numerator=video.rate_numerator,
        frame_rate_denominator=video.rate_denominator,
        variable_frame_rate=video.variable_rate,
        frame_count=video.frame_count,
        pixel_format=video.pixel_format,
        color_transfer=video.color_transfer,
        container_timecode=video.container_timecode,
        bit_rate=video.bit_rate,
    )


def _audio(audio: d.AudioFacts) -> pb.AudioStreamInfo:
    return pb.AudioStreamInfo(
        codec=audio.codec,
        sample_rate=audio.sample_rate,
        channels=audio.channels,
        language_code=audio.language,
        bit_rate=audio.bit_rate,
    )
