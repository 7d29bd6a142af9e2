"""From what is told of a reframed output to its public message."""

from __future__ import annotations

from typing import Final

from google.protobuf.duration_pb2 import Duration

from videre.production.reframing.plan import ShotPlan
from videre.production.reframing.result import Reframing
from videre.v1 import production_pb2 as pb

_NS: Final = 1_000_000_000
_MODES: Final = {
    "tracked": pb.REFRAME_MODE_TRACKED,
    "still": pb.REFRAME_MODE_STILL,
    "padded": pb.REFRAME_MODE_PADDED,
}
_SOURCES: Final = {
    "": pb.SUBJECT_SOURCE_UNSPECIFIED,
    "analysis": pb.SUBJECT_SOURCE_ANALYSIS,
    "faces": pb.SUBJECT_SOURCE_FACES,
    "motion": pb.SUBJECT_SOURCE_MOTION,
    "saliency": pb.SUBJECT_SOURCE_SALIENCY,
}


def reframing_message(made: Reframing) -> pb.Reframing:
    """Return how an output was reframed as message."""
    return pb.Reframing(
        window_width=made.width,
        window_height=made.height,
        inside_ratio=made.inside_ratio,
        max_acceleration=made.max_acceleration,
        shot_count=len(made.shots),
        shots=[
            _shot(shot, [_key(ns, edge, across=made.window.across) for ns, edge in keys])
            for shot, keys in zip(made.shots, made.keys, strict=False)  # only the first are told
        ],
        key_tolerance=made.tolerance,
    )


def _shot(shot: ShotPlan, keys: list[pb.ReframeKey]) -> pb.ReframedShot:
    return pb.ReframedShot(
        start_offset=_duration(shot.stretch.start_ns),
        end_offset=_duration(shot.stretch.end_ns),
        mode=_MODES[shot.mode],
        source=_SOURCES[shot.source],
        inside_ratio=shot.inside / shot.seen if shot.seen else 1.0,
        keys=keys,
    )


def _key(ns: int, edge: float, *, across: bool) -> pb.ReframeKey:
    return pb.ReframeKey(offset=_duration(ns), x=edge if across else 0.0, y=0.0 if across else edge)


def _duration(ns: int) -> Duration:
    seconds, nanos = divmod(ns, _NS)
    return Duration(seconds=seconds, nanos=nanos)
