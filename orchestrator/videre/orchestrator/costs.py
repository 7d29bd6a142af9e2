"""What looking for a feature costs: as measured on this installation, else as shipped. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from videre.common.values import NS
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.features import BY_NAME, FRAME_FEATURES, Track

DEFAULT_SAMPLE_INTERVAL_NS: Final = 3 * NS
#: Every shot has a frame however coarse sampling is. Shots of films last 4 s on average (Cutting,
#: Brunick & DeLong 2011, "The changing poetics of the dissolve in Hollywood film").
_SHOT_NS: Final = 4 * NS
#: Frames that are typically sent per second of media; speech and sound count seconds themselves.
_ITEMS_PER_SECOND: Final = {
    "shots": 25.0, "text": 1.0, "speech": 0.6, "diarization": 0.6, "sound": 1.0, "music": 1.0,
}  # fmt: skip
#: Less media than this tells nothing of the next film, milliseconds.
_TELLING_MS: Final = 60_000


def measured_costs(
    recorded: Mapping[tuple[str, str], tuple[int, int, int]],
) -> dict[tuple[str, str], float]:
    """Return CPU-seconds per media-second where at least a minute of media was measured.

    Args:
        recorded: (media_ms, cpu_ms, bytes) by (feature, engine id).
    """
    return {
        key: cpu_ms / media_ms
        for key, (media_ms, cpu_ms, _) in recorded.items()
        if media_ms >= _TELLING_MS
    }


def cpu_ms(
    feature: str,
    engine: EngineFacts | None,
    duration_ns: int,
    costs: Mapping[tuple[str, str], float],
    interval_ns: int = DEFAULT_SAMPLE_INTERVAL_NS,
) -> tuple[int, bool]:
    """Return the expected CPU-milliseconds of a feature, and whether that was measured here.

    Args:
        costs: measured CPU-seconds per media-second, as frames are sampled by default, by (feature,
            engine id); shipped figures serve where one is missing.
        interval_ns: longest time between two sampled frames of a shot.
    """
    if BY_NAME[feature].follows or BY_NAME[feature].track is Track.NONE:
        return 0, False
    seconds = duration_ns / NS * share_of_frames(feature, interval_ns)
    measured = costs.get((feature, engine.id if engine else ""))
    if measured is not None:
        return round(measured * seconds * 1_000), True
    if engine is None:
        return round(0.003 * seconds * 1_000), False
    per_second = _ITEMS_PER_SECOND.get(feature, 0.5)
    return round(engine.cpu_seconds_per_item * per_second * seconds * 1_000), False


def share_of_frames(feature: str, interval_ns: int) -> float:
    """Return how many frames are looked at for a feature, against how many are by default."""
    if BY_NAME[feature] not in FRAME_FEATURES:
        return 1.0
    frames = 1 / interval_ns + 1 / _SHOT_NS
    return frames / (1 / DEFAULT_SAMPLE_INTERVAL_NS + 1 / _SHOT_NS)
