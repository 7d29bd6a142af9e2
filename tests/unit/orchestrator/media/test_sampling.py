"""Choosing frames: every shot is seen, nothing twice, always the same."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS
from videre.orchestrator.media.index import UnitRange
from videre.orchestrator.media.sampling import SamplingOptions, clip_shots, sample_unit
from videre.orchestrator.media.unitfile import Candidate

UNIT = UnitRange(0, 100, 600, 4 * NS, 24 * NS)
STEP = NS // 25


def candidate(
    frame: int, sharpness: float = 1.0, *, changed: bool = False, luma: float = 100.0
) -> Candidate:
    return Candidate(frame, frame * STEP, changed, 1, sharpness, luma, 40.0 if luma else 0.0, 10)


candidates = st.lists(
    st.builds(
        candidate,
        st.integers(100, 599),
        st.sampled_from([0.0, 1.0, 2.0]),
        changed=st.booleans(),
        luma=st.sampled_from([0.0, 100.0]),
    ),
    unique_by=lambda c: c.frame,
).map(lambda found: sorted(found, key=lambda c: c.frame))
boundaries = st.sets(st.integers(0, 700), max_size=8)


@given(candidates, boundaries)
def test_every_piece_with_a_candidate_is_seen(found: list[Candidate], cuts: set[int]) -> None:
    sample = sample_unit(found, cuts, UNIT)
    assert list(sample.visual) == sorted(set(sample.visual))
    for piece, key in zip(clip_shots(cuts, UNIT), sample.key_frames, strict=True):
        own = [c.frame for c in found if piece.start_frame <= c.frame < piece.end_frame]
        assert (key is None) == (not own)
        assert key is None or key in sample.visual
        assert key is None or key in own


@given(candidates)
def test_no_stretch_without_a_look(found: list[Candidate]) -> None:
    options = SamplingOptions()
    sample = sample_unit(found, (), UNIT, options)
    times = [frame * STEP for frame in sample.text]
    assert all(
        later - earlier >= (j - i - 1) * options.text_gap_ns
        for (i, earlier), (j, later) in combinations(enumerate(times), 2)
    )
    for one in found:
        assert min(abs(one.time_ns - time) for time in times) < options.text_interval_ns


@given(candidates)
def test_changes_are_read(found: list[Candidate]) -> None:
    options = SamplingOptions()
    text = sample_unit(found, (), UNIT, options).text
    for one in (c for c in found if c.changed):
        later = [c for c in found if c.frame >= one.frame]
        due = [c.frame for c in later if c.time_ns - one.time_ns >= options.text_gap_ns]
        limit = due[0] if due else later[-1].frame
        assert any(one.frame <= frame <= limit for frame in text)


def test_a_short_caption_right_after_a_look_is_read() -> None:
    """Only the frame at 150 shows it; without it the next look comes half a second later."""
    found = [candidate(frame, changed=True) for frame in (148, 150, 163)]
    assert sample_unit(found, (), UNIT).text == (148, 150, 163)
    crowded = [candidate(frame, changed=True) for frame in (148, 150, 155, 163)]
    assert sample_unit(crowded, (), UNIT).text == (148, 155, 163)


def test_sharp_bright_frames_away_from_the_cut_win() -> None:
    found = [
        candidate(200, 9.0),  # the cut itself
        candidate(203, 1.0),
        candidate(205, 3.0),
        candidate(206, 3.0),
        candidate(207, 8.0, luma=0.0),  # black
    ]
    assert sample_unit(found, [200, 208], UNIT).key_frames == (None, 205, None)


def test_pieces_know_their_cuts() -> None:
    pieces = clip_shots([600, 300, 50], UNIT)
    assert [(p.start_frame, p.end_frame, p.cut_before, p.cut_after) for p in pieces] == [
        (100, 300, False, True),
        (300, 600, True, True),
    ]


def test_long_shots_are_looked_at_every_interval() -> None:
    found = [candidate(frame) for frame in range(100, 600, 12)]
    visual = sample_unit(found, (), UNIT).visual
    gaps = [(b - a) * STEP for a, b in pairwise(visual)]
    assert len(visual) == 7
    assert max(gaps) <= 2 * 3 * NS
