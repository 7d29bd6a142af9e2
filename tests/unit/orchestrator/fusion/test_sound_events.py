"""Windows of sound become events: as exact as they were heard, within the windows' own borders."""

from __future__ import annotations

import itertools

import pytest

from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.sound_events import sound_events
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.timeline import Timeline

JUDGE = Judge([])
TAXONOMY = load_taxonomy()
TIMELINE = Timeline(duration_ns=60 * 10**9)


def spans(items) -> list[tuple[int, int]]:  # type: ignore[no-untyped-def]
    return [(i.span.start_ns // 10**6, i.span.end_ns // 10**6) for i in items]


def events_of(records):  # type: ignore[no-untyped-def]
    return [event for event, _ in sound_events(records, JUDGE, TAXONOMY, TIMELINE)]


@pytest.fixture
def windows(heard):  # type: ignore[no-untyped-def]
    """Return a maker of overlapping windows: scores E4 of classes, one mapping per window."""

    def make(*scores: dict[str, int]):  # type: ignore[no-untyped-def]
        return [
            heard("sound", name, i * 480, i * 480 + 960, score)
            for i, window in enumerate(scores)
            for name, score in {"": 0, **window}.items()
        ]

    return make


def test_an_event_holds_on_below_its_threshold(windows) -> None:  # type: ignore[no-untyped-def]
    records = windows(*({"Dog": score} for score in (2_999, 3_000, 9_000, 3_000, 2_999)))
    ((event, found),) = sound_events(records, JUDGE, TAXONOMY, TIMELINE)
    assert (event.score, event.node_id, len(found)) == (9_000, "animal.dog", 3)


def test_what_never_is_a_detection_is_no_event(windows) -> None:  # type: ignore[no-untyped-def]
    assert events_of(windows(*[{"Dog": 4_999}] * 5)) == []


def test_an_event_ends_in_the_middle_of_what_it_shares_with_a_window_without_it(windows) -> None:  # type: ignore[no-untyped-def]
    inside = windows({}, {"Dog": 9_000}, {"Dog": 9_000}, {})
    assert spans(events_of(inside)) == [(480 + 240, 2 * 480 + 960 - 240)]
    to_the_ends = windows({"Dog": 9_000}, {"Dog": 9_000})
    assert spans(events_of(to_the_ends)) == [(0, 480 + 960)]


def test_events_of_one_class_merge_over_a_short_gap_only(heard) -> None:  # type: ignore[no-untyped-def]
    records = [heard("sound", "Dog", start, start + 960) for start in (0, 1_900, 5_000)]
    assert spans(events_of(records)) == [(0, 2_860), (5_000, 5_960)]


def test_a_wider_class_is_left_out_where_narrower_ones_account_for_it(windows) -> None:  # type: ignore[no-untyped-def]
    bark = {"Animal": 9_500, "Domestic animals, pets": 9_000, "Dog": 9_000, "Growling": 6_000}
    names = {event.class_name for event in events_of(windows(bark, bark))}
    assert names == {"Growling"}


def test_a_wider_class_stays_where_nothing_narrower_is_heard_surely(windows) -> None:  # type: ignore[no-untyped-def]
    vague = {"Animal": 9_500, "Dog": 4_500, "Cat": 4_500}
    assert {event.class_name for event in events_of(windows(vague, vague))} == {"Animal"}
    elsewhere = events_of(windows({"Animal": 9_500}, {}, {}, {}, {"Dog": 9_000}))
    assert {event.class_name for event in elsewhere} == {"Animal", "Dog"}


def test_speech_and_music_are_told_whatever_else_is_known_of_them(windows) -> None:  # type: ignore[no-untyped-def]
    heard_at_once = {"Music": 9_000, "Piano": 9_000, "Speech": 9_000, "Conversation": 9_000}
    names = {event.class_name for event in events_of(windows(heard_at_once))}
    assert names == heard_at_once.keys()


def test_the_order_of_records_says_nothing(windows) -> None:  # type: ignore[no-untyped-def]
    records = windows({"Dog": 9_000}, {"Animal": 9_000, "Cat": 7_000}, {"Cat": 7_000})
    answers = [events_of(order) for order in itertools.permutations(records[:6])]
    assert all(answer == answers[0] for answer in answers)
