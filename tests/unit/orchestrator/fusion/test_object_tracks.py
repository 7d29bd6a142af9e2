"""Boxes of sampled frames → tracks, on objects whose ways are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS, TimeSpan
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.object_tracks import Chain, between, follow_boxes, sighting

RATE = 25
Box = tuple[int, int, int, int]


def seen(frame: int, box: Box, score: int = 8_000, name: str = "") -> Evidence:
    """Return an object seen in a frame at 25 per second."""
    start = frame * NS // RATE
    span = TimeSpan(start, start + NS // RATE, frame, frame + 1)
    return Evidence("objects", "e@1", span, "car", score, box, id=name or f"{frame:04}/{box[0]:05}")


def follow(records: Sequence[Evidence], sampled: Iterable[int] | None = None) -> list[Chain]:
    """Follow boxes; of frames without any, only those named were looked at."""
    frames = {record.span.start_frame or 0 for record in records} | set(sampled or ())
    return follow_boxes(records, sorted(frames))


def ways(chains: Iterable[Chain]) -> list[list[tuple[int, Box]]]:
    """Return the frames and boxes of every track."""
    return [[(s.frame, s.box) for s in chain.sightings] for chain in chains]


@dataclass(frozen=True, slots=True)
class Mover:
    """An object that moves evenly: its box at frame 0, and how far it moves in a frame."""

    box: Box
    step: tuple[int, int] = (0, 0)

    def at(self, frame: int) -> Box:
        x, y, width, height = self.box
        return x + self.step[0] * frame, y + self.step[1] * frame, width, height


def film(movers: Sequence[Mover], frames: Iterable[int], missed: float = 0, jitter: int = 0,
         seed: int = 1) -> list[Evidence]:  # fmt: skip
    """Return what a detector sees of movers; the record's id ends with the mover's number."""
    random = Random(seed)
    records = []
    for frame in frames:
        for number, mover in enumerate(movers):
            if random.random() >= missed:
                x, y, w, h = mover.at(frame)
                shift = [random.randint(-jitter, jitter) for _ in range(4)]
                box = (x + shift[0], y + shift[1], w + shift[2], h + shift[3])
                records.append(seen(frame, box, name=f"{frame:04}/{number}"))
    return records


def purity(chains: Sequence[Chain]) -> float:
    """Return the share of boxes that belong to the object most of their track belongs to."""
    owners = [Counter(s.record.id[-1] for s in chain.sightings) for chain in chains]
    return sum(max(owner.values()) for owner in owners) / sum(owner.total() for owner in owners)


CROSSING = (
    Mover((1_000, 2_000, 1_000, 1_500), (24, 0)),
    Mover((8_000, 2_400, 1_000, 1_500), (-24, 0)),
    Mover((4_000, 7_000, 2_000, 2_000)),
)


def test_objects_that_pass_each_other_keep_their_tracks() -> None:
    chains = follow(film(CROSSING, range(0, 250, 6)))
    assert len(chains) == 3
    assert purity(chains) == 1.0
    assert min(chain.continuity for chain in chains) >= 3_000


@pytest.mark.parametrize("seed", range(5))
def test_misses_and_jitter_break_no_track_for_another(seed: int) -> None:
    frames = range(0, 250, 8)
    chains = follow(film(CROSSING, frames, missed=0.15, jitter=60, seed=seed), frames)
    assert purity(chains) >= 0.97
    assert len(chains) <= 6


def test_what_moves_more_than_its_length_is_followed_when_it_is_alone() -> None:
    walker = Mover((1_000, 2_000, 500, 1_500), (45, 0))
    (chain,) = follow(film([walker], range(0, 150, 12)))
    assert len(chain.sightings) == 13
    assert chain.continuity == 0


def test_two_that_move_more_than_their_length_are_not_guessed() -> None:
    walkers = [Mover((x, 2_000, 500, 1_500), (40, 0)) for x in (1_000, 1_900)]
    chains = follow(film(walkers, range(0, 24, 12)))
    assert len(chains) == 4


@pytest.mark.parametrize(
    ("gap_frames", "moved", "same"),
    [
        (25, 0, True),
        (25, 500, True),
        (25, 2_400, True),
        (25, 2_600, False),
        (75, 0, True),
        (75, 300, True),
        (75, 500, False),
        (150, 0, True),
        (151, 0, False),
    ],
)
def test_the_longer_the_gap_the_more_must_be_in_common(
    gap_frames: int, moved: int, same: bool
) -> None:
    still = (2_000, 2_000, 1_000, 1_000)
    chains = follow([seen(0, still), seen(gap_frames, (2_000 + moved, *still[1:]))])
    assert (len(chains) == 1) is same


@pytest.mark.parametrize(("missed", "same"), [(0, True), (2, True), (3, False)])
def test_frames_that_show_nothing_end_a_track(missed: int, same: bool) -> None:
    still = (2_000, 2_000, 1_000, 1_000)
    last = 12 * (missed + 1)
    chains = follow([seen(0, still), seen(last, still)], range(0, last, 12))
    assert (len(chains) == 1) is same
    slow = follow([seen(0, still), seen(75 * (missed + 1), still)], range(0, 75 * missed + 1, 75))
    assert (len(slow) == 1) is (missed == 0)


def test_a_box_of_another_size_is_another_object() -> None:
    chains = follow([seen(0, (1_000, 1_000, 500, 500)), seen(12, (1_600, 1_000, 1_000, 900))])
    assert len(chains) == 2


def test_boxes_between_are_where_an_even_way_leads() -> None:
    (chain,) = follow([seen(0, (0, 0, 1_000, 1_000)), seen(20, (201, 100, 1_000, 1_200))])
    times = [(frame, frame * NS // RATE) for frame in (0, 5, 10, 20, 25)]
    assert list(between(chain.sightings, times)) == [
        (5, NS // 5, (50, 25, 1_000, 1_050)),
        (10, 2 * NS // 5, (101, 50, 1_000, 1_100)),
    ]
    assert not list(between(chain.sightings, [(f, f * NS // RATE) for f in (5, 8, 10)]))


boxes = st.tuples(*[st.integers(0, 6_000)] * 2, *[st.integers(200, 4_000)] * 2)
sightings = st.lists(st.tuples(st.integers(0, 20), boxes), max_size=24, unique=True).map(
    lambda items: [seen(12 * frame, box, name=f"{n:04}/0") for n, (frame, box) in enumerate(items)]
)


@given(sightings, st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(records: list[Evidence], random: Random) -> None:
    before = ways(follow(records))
    random.shuffle(records)
    assert ways(follow(records)) == before


@given(sightings)
def test_every_box_stands_in_one_track_and_every_track_once_a_frame(
    records: list[Evidence],
) -> None:
    chains = follow(records)
    assert Counter(s.record.id for c in chains for s in c.sightings) == Counter(
        record.id for record in records
    )
    for chain in chains:
        assert all(a.frame < b.frame for a, b in pairwise(chain.sightings))
        assert all(b.time_ns - a.time_ns <= 6 * NS for a, b in pairwise(chain.sightings))
        assert 0 <= chain.continuity <= 10_000
    assert len({chain.id for chain in chains}) == len(chains)


@given(sightings)
def test_what_comes_later_changes_no_earlier_link(records: list[Evidence]) -> None:
    half = [record for record in records if record.span.start_ns < 10 * 12 * NS // RATE]
    known = {
        (a.record.id, b.record.id) for chain in follow(half) for a, b in pairwise(chain.sightings)
    }
    later = {
        (a.record.id, b.record.id)
        for chain in follow(records)
        for a, b in pairwise(chain.sightings)
    }
    assert known <= later


@given(boxes, st.integers(1, 50))
def test_between_two_equal_boxes_nothing_moves(box: Box, frame: int) -> None:
    chain = [sighting(seen(at, box), box) for at in (0, 60)]
    assert {found[2] for found in between(chain, [(frame, frame * NS // RATE)])} == {box}
