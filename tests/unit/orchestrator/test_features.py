"""Features: told apart, and asked for together with what they stand on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.features import (
    BY_NAME,
    FEATURES,
    FRAME_FEATURES,
    PLANNED,
    QUALITY,
    Track,
    requested_features,
)

NAMES = [feature.name for feature in FEATURES]


def test_features_are_told_apart_and_planned_ones_are_not_among_them() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert not PLANNED.keys() & set(NAMES)
    assert set(FRAME_FEATURES) <= set(FEATURES)
    assert all(feature.track is Track.PICTURE for feature in FRAME_FEATURES)
    own = [feature.name for feature in FEATURES if not feature.service]
    assert own == ["tracks", "loudness", "quality", "mood"]


@given(st.lists(st.sampled_from(NAMES)))
def test_asking_adds_what_features_stand_on_and_nothing_else(
    names: list[str],
) -> None:
    wanted = requested_features(names)
    if not names:
        assert wanted == set(NAMES)
        return
    asked = set(names)
    if "mood" in asked:
        asked |= {"emotion", "speech", "text", "sound", "music"}
    if "diarization" in asked:
        asked.add("speech")
    followed = {BY_NAME[name].follows for name in names} - {""}
    framed = (*FRAME_FEATURES, QUALITY)
    frames = any(feature.name in followed.union(asked) for feature in framed)
    assert wanted == asked | followed | ({"shots"} if frames else set())
    assert requested_features(sorted(wanted)) == wanted
