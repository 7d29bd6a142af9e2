"""Whose turn it is and how long waiting takes, as values."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS
from videre.orchestrator.queueing import TURNS, Work, journal_priority, next_turn, wait_s


class Queue:
    """Jobs of one priority, begun in the order of their turns."""

    def __init__(self) -> None:
        self.waiting: list[tuple[int, int, str]] = []
        self._begun: dict[str, int] = {}
        self._came = 0

    def join(self, project: str) -> int:
        """Let a job join; return how many of each other project may begin before it."""
        mine = [turn for turn, _, other in self.waiting if other == project]
        if self.waiting:
            front = min(turn for turn, _, _ in self.waiting)
        else:
            front = max(self._begun.values(), default=None)
        if project in self._begun:
            mine.append(self._begun[project])
        turn = next_turn(front, max(mine, default=None))
        self._came += 1
        self.waiting.append((turn, self._came, project))
        return 1 if turn == (front or 0) else 2

    def begin(self) -> str:
        first = min(self.waiting)
        self.waiting.remove(first)
        self._begun[first[2]] = first[0]
        return first[2]

    def others(self, project: str) -> set[str]:
        return {other for _, _, other in self.waiting} - {project}


def test_who_comes_late_waits_for_one_job_of_the_others_only() -> None:
    queue = Queue()
    for _ in range(1_000):
        queue.join("many")
    begun = [queue.begin() for _ in range(10)]
    for _ in range(3):
        queue.join("late")
    begun = [queue.begin() for _ in range(6)]
    assert begun == ["many", "late", "many", "late", "many", "late"]
    assert [queue.begin() for _ in range(3)] == ["many"] * 3


@given(st.lists(st.integers(1, 30), min_size=2, max_size=5), st.randoms())
def test_projects_that_all_wait_begin_equally_often(sizes: list[int], shuffled: object) -> None:
    queue, coming = Queue(), [f"p{n}" for n, size in enumerate(sizes) for _ in range(size)]
    shuffled.shuffle(coming)  # type: ignore[attr-defined]
    for project in coming:
        queue.join(project)
    begun: Counter[str] = Counter()
    for _ in range(min(sizes) * len(sizes)):
        begun[queue.begin()] += 1
        counts = [begun[f"p{number}"] for number in range(len(sizes))]
        assert max(counts) - min(counts) <= 1


@given(st.lists(st.sampled_from(["a", "b", "c", None]), max_size=80))
def test_nobody_waits_longer_than_one_job_of_each_other_project(
    moves: list[str | None],
) -> None:
    """Nor longer than two of each, who has begun a job lately."""
    queue, passed, most = Queue(), Counter[str](), dict[str, int]()
    for move in moves:
        if move is not None:
            first = all(project != move for _, _, project in queue.waiting)
            each = queue.join(move)
            if first:
                passed[move], most[move] = 0, each * 2
        elif queue.waiting:
            begun = queue.begin()
            for project in queue.others(begun):
                passed[project] += 1
                assert passed[project] <= most[project]
            # Who goes on waiting has begun a job just now.
            passed[begun], most[begun] = 0, 4


def test_who_begins_one_job_after_another_does_not_keep_others_waiting() -> None:
    """Two projects that join again after each job of theirs leave the third its turn."""
    queue = Queue()
    for project in ("a", "a", "b", "c"):
        queue.join(project)
    begun = []
    for again in ("b", "a", "b", "a"):
        begun.append(queue.begin())
        queue.join(again)
    assert "c" in begun


places = st.tuples(st.integers(0, 9), st.integers(0, TURNS - 1))


@given(places, places)
def test_the_journal_keeps_the_order_of_priorities_and_turns(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    assert (one < other) == (journal_priority(*one) < journal_priority(*other))
    assert 1 <= journal_priority(*one) < 2**31


def test_turns_beyond_the_last_stay_in_their_priority() -> None:
    assert journal_priority(3, 10 * TURNS) == journal_priority(3, TURNS - 1) < journal_priority(4)


def test_what_is_ahead_goes_by_at_the_pace() -> None:
    running, ahead = Work(2, 100 * NS, 0), Work(3, 200 * NS, 1)
    # 100 s, 200 s and one of 40 s are left; the other slot will be half through its 40 s.
    assert wait_s(running, ahead, 4.0, 40.0) == pytest.approx((340 - 20) / 4)
    assert wait_s(Work(), Work(), 4.0, 40.0) == 0
    assert wait_s(Work(8, NS, 0), Work(), 4.0, 40.0) == 0


@pytest.mark.parametrize(("pace", "usual_s"), [(None, 40.0), (4.0, None)])
def test_without_a_pace_nothing_is_said(pace: float | None, usual_s: float | None) -> None:
    assert wait_s(Work(), Work(), pace, usual_s) is None


works = st.builds(Work, st.integers(0, 9), st.integers(0, 10**12), st.integers(0, 9))


@given(works, works, works)
def test_more_ahead_is_no_shorter_wait(running: Work, ahead: Work, more: Work) -> None:
    both = Work(ahead.jobs + more.jobs, ahead.left_ns + more.left_ns,
                ahead.unmeasured + more.unmeasured)  # fmt: skip
    less, longer = wait_s(running, ahead, 2.0, 30.0), wait_s(running, both, 2.0, 30.0)
    assert less is not None
    assert longer is not None
    assert less <= longer
