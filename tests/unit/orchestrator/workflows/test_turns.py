"""The order in which a job's chunks are started."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.workflows.analyse import in_turn


@given(st.integers(0, 200), st.integers(0, 50), st.integers(0, 200))
def test_every_chunk_is_started_once_and_each_kind_in_order(
    sound: int, first: int, pictures: int
) -> None:
    turns = in_turn(sound, range(first, first + pictures))
    assert [chunk for kind, chunk in turns if kind == "sound"] == list(range(sound))
    assert [chunk for kind, chunk in turns if kind == "picture"] == [
        *range(first, first + pictures)
    ]
    assert len(turns) == sound + pictures


@given(st.integers(1, 200), st.integers(1, 200), st.floats(0, 1))
def test_neither_kind_runs_ahead_of_the_other(sound: int, pictures: int, share: float) -> None:
    turns = in_turn(sound, range(pictures))
    begun = [kind for kind, _ in turns[: round(share * len(turns))]]
    apart = begun.count("sound") * pictures - begun.count("picture") * sound
    assert abs(apart) <= max(sound, pictures)
