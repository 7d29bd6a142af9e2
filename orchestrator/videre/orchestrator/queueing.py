"""Whose turn it is: a fair share for every project that waits, and how long waiting takes. Pure.

Jobs begin by their priority. Those of one priority begin by their *turn*, a number that a job is
given when it joins the queue: start-time fair queueing (Goyal, Vin, Cheng, SIGCOMM 1996) with jobs
as the unit. A project's jobs have rising turns, the begun ones counted, and a project that was not
served lately joins at the front, so that each of n projects with waiting jobs begins every n-th
job, however many the others have put in before. Jobs of equal turn begin in the order in which
they came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.common.values import NS

#: Turns of one priority: ten priorities share the 31 bits of the journal's. A turn rises with every
#: job of the busiest project at most.
TURNS: Final = 2**31 // 10


def next_turn(front: int | None, own_last: int | None) -> int:
    """Return the turn of a job that joins the queue.

    Args:
        front: smallest turn of the waiting jobs of its priority; where none waits, the largest of
            those that have begun; None = there are neither.
        own_last: largest turn of those of its own project, waiting or begun; None = none.
    """
    if front is None:
        return 0
    return front if own_last is None else max(front, own_last + 1)


def journal_priority(priority: int, turn: int = 0) -> int:
    """Map priority (0..9, 0 most urgent) and turn to the journal's priority (1 most urgent).

    Turns end after 214 million jobs of one priority of which at least one was always waiting;
    further ones share the last.
    """
    return priority * TURNS + min(turn, TURNS - 1) + 1


@dataclass(frozen=True, slots=True)
class Work:
    """Jobs and what is left of them.

    Args:
        jobs: how many.
        left_ns: length of their media that is not analysed yet.
        unmeasured: jobs whose media was not opened yet, which are in no length.
    """

    jobs: int = 0
    left_ns: int = 0
    unmeasured: int = 0

    def seconds(self, usual_s: float) -> float:
        """Return the seconds of media left, with a usual length for those not opened yet."""
        return self.left_ns / NS + self.unmeasured * usual_s


def wait_s(running: Work, ahead: Work, pace: float | None, usual_s: float | None) -> float | None:
    """Return about how many seconds a job waits until it begins.

    What runs and what is ahead goes by at the pace of the installation. When a slot comes free for
    the job, the other slots are still at work on jobs that are half done on average.

    Args:
        running: jobs at work.
        ahead: jobs that begin before it.
        pace: seconds of media per second of work; None = not known.
        usual_s: mean length of the media of jobs that ended.
    """
    if pace is None or usual_s is None:
        return None
    left_s = running.seconds(usual_s) + ahead.seconds(usual_s)
    still_s = max(0, running.jobs - 1) * usual_s / 2
    return max(0.0, left_s - still_s) / pace
