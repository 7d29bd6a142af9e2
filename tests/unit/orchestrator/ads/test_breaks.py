"""Natural breaks, and which become slots."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS, TimeSpan
from videre.orchestrator import document as d
from videre.orchestrator.ads.breaks import MotionOf, breaks
from videre.orchestrator.ads.choice import slots
from videre.orchestrator.ads.model import Border, Break, Roll, Rules, Signal
from videre.orchestrator.document import Analysis, MediaFacts, MediaKind

FILM = MediaFacts("0" * 64, 1, MediaKind.VIDEO, "mp4", 100 * NS)
SHOTS = tuple(
    d.Shot(i, TimeSpan(i * 10 * NS, (i + 1) * 10 * NS), d.Transition.CUT, 0) for i in range(10)
)


def span(start_s: float, end_s: float) -> TimeSpan:
    return TimeSpan(round(start_s * NS), round(end_s * NS))


def heard(kind: d.AudioKind, start_s: float, end_s: float) -> d.AudioSegment:
    return d.AudioSegment(kind, span(start_s, end_s), 1)


def still(value: float | None) -> MotionOf:
    return lambda start, end: value


def said(start_s: float, end_s: float) -> d.Utterance:
    of = span(start_s, end_s)
    return d.Utterance(of, "words", (), "en", d.Understanding.UNDERSTOOD, 1, ())


def reasons(found: Break) -> dict[Signal, int]:
    return {one.signal: one.value for one in found.reasons}


def test_what_nobody_measured_is_left_out() -> None:
    found = breaks(Analysis(FILM, shots=SHOTS), still(None), None)
    assert [one.time_ns // NS for one in found] == list(range(10, 100, 10))
    assert {one.score for one in found} == {3_000}
    assert all(reasons(one) == {Signal.BOUNDARY: 3_000} for one in found)
    assert found[0].shot == 1


def test_the_largest_border_counts() -> None:
    scene = d.Scene(0, d.SceneKind.SCENE, span(20, 50), 2, 5, 1)
    chapter = d.Scene(0, d.SceneKind.CHAPTER, span(50, 100), 5, 10, 1)
    black = d.FrameCondition(d.Condition.BLACK, span(39, 40.5), 1)
    found = breaks(
        Analysis(FILM, shots=SHOTS, scenes=(scene, chapter), frame_conditions=(black,)),
        still(None), None,
    )  # fmt: skip
    borders = {one.time_ns / NS: one.border for one in found if one.border is not Border.SHOT}
    assert borders == {20: Border.SCENE, 40.5: Border.BLACK, 50: Border.CHAPTER}


def test_nothing_breaks_inside_an_utterance_and_sound_is_weighed() -> None:
    sound = (
        heard(d.AudioKind.SILENCE, 19, 20.5), heard(d.AudioKind.MUSIC, 25, 45),
        heard(d.AudioKind.SPEECH, 50, 60),
    )  # fmt: skip
    utterances = (said(8, 12), said(17, 20.1), said(50, 59))
    analysis = Analysis(FILM, shots=SHOTS, audio_segments=sound, utterances=utterances)
    found = {one.time_ns // NS: one for one in breaks(analysis, still(1.0), 2.0)}
    assert 10 not in found
    assert reasons(found[20]) == {
        Signal.BOUNDARY: 3_000, Signal.SILENCE: 10_000, Signal.SPEECH: 4_750,
        Signal.MUSIC: 10_000, Signal.MOTION: 7_500,
    }  # fmt: skip
    assert reasons(found[30])[Signal.MUSIC] == 0
    assert reasons(found[50])[Signal.SPEECH] == 5_000
    assert reasons(found[90])[Signal.SILENCE] == 0
    assert found[20].score == (35 * 3_000 + 20 * 10_000 + 20 * 4_750 + 10 * 10_000
                               + 15 * 7_500) // 100  # fmt: skip


def rules(**changed: int) -> Rules:
    given = {
        "pre": 1, "post": 1, "most_mid": 3, "spacing_ns": 10, "least": 0, "guard_ns": 0,
    } | changed  # fmt: skip
    return Rules(
        bool(given["pre"]), bool(given["post"]), given["most_mid"], given["spacing_ns"],
        given["least"], given["guard_ns"],
    )  # fmt: skip


def at(*places: tuple[int, int]) -> list[Break]:
    return [Break(time, score, Border.SHOT, None, ()) for time, score in places]


def test_pre_and_post_rolls_and_what_is_near_to_something_sensitive() -> None:
    found = at((20, 5), (50, 5), (80, 5))
    chosen = slots(found, 100, [TimeSpan(52, 55)], rules(guard_ns=5))
    assert [(one.roll, one.time_ns) for one in chosen] == [
        (Roll.PRE, 0), (Roll.MID, 20), (Roll.MID, 80), (Roll.POST, 100),
    ]  # fmt: skip
    assert slots(found, 100, [TimeSpan(3, 97)], rules(guard_ns=5)) == []
    assert [one.roll for one in slots(found, 100, [], rules(pre=0, post=0, most_mid=1))] == [
        Roll.MID
    ]
    assert slots(found, 100, [], rules(pre=0, post=0, least=6)) == []


PLACES = st.lists(
    st.tuples(st.integers(1, 99), st.integers(1, 9)), max_size=7, unique_by=lambda one: one[0]
)


@given(PLACES, st.integers(0, 4), st.integers(1, 40))
def test_no_other_choice_is_better(places: list[tuple[int, int]], most: int, spacing: int) -> None:
    found = at(*sorted(places))
    asked = rules(pre=0, post=0, most_mid=most, spacing_ns=spacing)
    chosen = slots(found, 100, [], asked)
    times = [one.time_ns for one in chosen]
    assert len(times) <= most
    assert all(spacing <= time <= 100 - spacing for time in times)
    assert all(b - a >= spacing for a, b in pairwise(times))
    inside = [one for one in found if spacing <= one.time_ns <= 100 - spacing]
    best = max(
        sum(one.score for one in some)
        for count in range(most + 1)
        for some in combinations(inside, count)
        if all(b.time_ns - a.time_ns >= spacing for a, b in pairwise(some))
    )
    assert sum(one.score for one in chosen) == best
