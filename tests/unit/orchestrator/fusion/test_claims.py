"""What is seen in sampled frames, as claims: each frame speaks for its own stretch."""

from __future__ import annotations

from fractions import Fraction

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import BoxE4
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import FACES
from videre.orchestrator.fusion.claims import of_appearances
from videre.orchestrator.fusion.face_tracks import Windows
from videre.orchestrator.fusion.prominence import merge_spans, place_weight
from videre.orchestrator.fusion.stitch_frames import Appearance
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.timeline import Timeline

STEP = NS // 25
CLOCK = Timeline(100 * STEP, [n * STEP for n in range(100)], 100 * STEP, Fraction(25))
#: A shot of frames 0..79, looked at three times, and one of frames 80..99, looked at once.
WINDOWS = Windows({0: [10, 30, 60], 1: [90]}, [(0, 80), (80, 100)])
LARGE, SMALL = (2_000, 2_000, 6_000, 6_000), (4_000, 4_000, 1_000, 1_000)


def face(frame: int, box: BoxE4) -> Evidence:
    span = CLOCK.frame_span(frame, frame + 1)
    return Evidence(FACES.name, "e@1", span, "face", 9_000, box, id=f"face/{frame}")


def seen(shot: int, *records: Evidence) -> Appearance:
    frames = [record.span.start_frame or 0 for record in records]
    span = CLOCK.frame_span(min(frames), max(frames) + 1)
    return Appearance(FACES.name, "face", shot, span, 9_000, records)


def spans(*found: Appearance) -> tuple[TimeSpan, ...]:
    claims = of_appearances(found, load_taxonomy(), WINDOWS, CLOCK)
    return merge_spans(presence.span for claim in claims for presence in claim.presences)


def test_what_every_look_at_a_shot_sees_fills_the_shot() -> None:
    whole = seen(0, face(10, LARGE), face(30, LARGE), face(60, LARGE))
    assert spans(whole) == (CLOCK.frame_span(0, 80),)
    assert spans(whole, seen(1, face(90, SMALL))) == (CLOCK.frame_span(0, 100),)


def test_a_look_that_does_not_see_it_leaves_a_gap_up_to_halfway() -> None:
    there = seen(0, face(10, LARGE), face(60, LARGE))
    assert spans(there) == (CLOCK.frame_span(0, 20), CLOCK.frame_span(45, 80))


def test_each_look_has_its_own_weight_of_the_largest_box_in_it() -> None:
    found = seen(0, face(10, SMALL), face(10, LARGE), face(30, SMALL))
    (claim,) = of_appearances([found], load_taxonomy(), WINDOWS, CLOCK)
    assert [presence.weight for presence in claim.presences] == [
        place_weight(LARGE),
        place_weight(SMALL),
    ]
