"""Slots: bounded, first come first served, never at work for a caller who has gone."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import AsyncIterator

import pytest

from videre.common.errors import Reason, VidereError
from videre.common.executor import CallEnded, Slot, SlotExecutor, deadline_of

LONG_S = 20.0


@pytest.fixture
async def executor() -> AsyncIterator[SlotExecutor]:
    executor = SlotExecutor(1, 2)
    yield executor
    await executor.close(LONG_S)


class Gate:
    """A run that holds its slot until it is released or ended."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.released = threading.Event()
        self.ended = threading.Event()

    def __call__(self, slot: Slot) -> str:
        self.entered.set()
        try:
            while not self.released.wait(0.005):
                slot.check()
        except CallEnded:
            self.ended.set()
            raise
        return "done"

    async def reached(self) -> None:
        assert await asyncio.to_thread(self.entered.wait, LONG_S)


async def test_returns_the_answer_and_raises_the_error(executor: SlotExecutor) -> None:
    def fail(_slot: Slot) -> None:
        raise KeyError("x")

    assert await executor.run(lambda slot: slot.index, deadline=None) == 0
    with pytest.raises(KeyError):
        await executor.run(fail, deadline=None)


async def test_a_full_queue_refuses_at_once_and_says_when_to_come_back(
    executor: SlotExecutor,
) -> None:
    gate = Gate()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(executor.run(gate, deadline=None))
        await gate.reached()
        waiting = [group.create_task(executor.run(lambda _: 1, deadline=None)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(VidereError) as refused:
            await executor.run(lambda _: 1, deadline=None)
        gate.released.set()
    assert refused.value.reason is Reason.OVERLOADED
    assert refused.value.retry_after_s is not None
    assert refused.value.retry_after_s > 0
    assert (first.result(), [task.result() for task in waiting]) == ("done", [1, 1])


async def test_a_cancelled_call_in_the_queue_never_runs_and_frees_its_place(
    executor: SlotExecutor,
) -> None:
    gate, ran = Gate(), []
    async with asyncio.TaskGroup() as group:
        group.create_task(executor.run(gate, deadline=None))
        await gate.reached()
        doomed = group.create_task(executor.run(lambda _: ran.append("doomed"), deadline=None))
        await asyncio.sleep(0)
        assert executor.waiting == 1
        doomed.cancel()
        await asyncio.wait([doomed])
        assert executor.waiting == 0
        gate.released.set()
    await executor.run(lambda _: ran.append("next"), deadline=None)
    assert ran == ["next"]


async def test_a_cancelled_run_ends_at_its_next_check(executor: SlotExecutor) -> None:
    gate = Gate()
    call = asyncio.ensure_future(executor.run(gate, deadline=None))
    await gate.reached()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await asyncio.to_thread(gate.ended.wait, LONG_S)


async def test_a_passed_deadline_ends_the_run(executor: SlotExecutor) -> None:
    with pytest.raises(TimeoutError):
        await executor.run(Gate(), deadline=time.monotonic() + 0.02)


async def test_a_run_whose_deadline_passed_in_the_queue_never_starts(
    executor: SlotExecutor,
) -> None:
    ran: list[int] = []
    with pytest.raises(TimeoutError):
        await executor.run(lambda _: ran.append(1), deadline=time.monotonic() - 1)
    assert ran == []


async def test_a_deadline_that_passes_in_the_queue_is_not_waited_out(
    executor: SlotExecutor,
) -> None:
    gate = Gate()
    async with asyncio.TaskGroup() as group:
        group.create_task(executor.run(gate, deadline=None))
        await gate.reached()
        with pytest.raises(TimeoutError):
            await executor.run(lambda _: 1, deadline=time.monotonic() + 0.01)
        assert executor.waiting == 0
        gate.released.set()


async def test_cpu_seconds_count_the_work_of_this_run_only(executor: SlotExecutor) -> None:
    def burn(slot: Slot) -> float:
        while slot.cpu_seconds < 0.05:
            sum(range(1000))
        return slot.cpu_seconds

    assert await executor.run(burn, deadline=None) >= 0.05
    assert await executor.run(lambda slot: slot.cpu_seconds, deadline=None) < 0.05


async def test_each_slot_has_its_own_thread() -> None:
    executor = SlotExecutor(2, 0)
    barrier = threading.Barrier(2)

    def meet(slot: Slot) -> tuple[int, int]:
        barrier.wait(LONG_S)
        return slot.index, threading.get_ident()

    met = await asyncio.gather(*(executor.run(meet, deadline=None) for _ in range(2)))
    await executor.close(LONG_S)
    assert sorted(index for index, _ in met) == [0, 1]
    assert len({thread for _, thread in met}) == 2


async def refusal_of(executor: SlotExecutor) -> VidereError:
    """Try until the executor refuses; what it takes in between waits behind the held slot."""
    for _ in range(10_000):
        try:
            await executor.run(lambda _: 1, deadline=time.monotonic())
        except VidereError as refused:
            return refused
        except TimeoutError:
            continue
    raise AssertionError("the executor goes on taking runs")


async def test_close_lets_accepted_runs_end_and_refuses_new_ones() -> None:
    executor, gate = SlotExecutor(1, 1), Gate()
    call = asyncio.ensure_future(executor.run(gate, deadline=None))
    await gate.reached()
    async with asyncio.TaskGroup() as group:
        group.create_task(executor.close(LONG_S))
        refused = await refusal_of(executor)
        gate.released.set()
    assert refused.reason is Reason.SHUTTING_DOWN
    assert await call == "done"


async def test_close_stops_what_outlasts_its_grace() -> None:
    executor, gate = SlotExecutor(1, 1), Gate()
    calls = [asyncio.ensure_future(executor.run(run, deadline=None)) for run in (gate, Gate())]
    await gate.reached()
    await executor.close(0.01)
    ends = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(end) for end in ends] == [VidereError, VidereError]
    assert {end.reason for end in ends if isinstance(end, VidereError)} == {Reason.SHUTTING_DOWN}


@pytest.mark.skipif(sys.platform != "linux", reason="nice values of threads are Linux's")
async def test_slots_are_nicer_than_the_event_loop() -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    executor = SlotExecutor(1, 0, nice=max(before, 15))
    found = await executor.run(
        lambda _: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()), deadline=None
    )
    await executor.close(LONG_S)
    assert found == max(before, 15)
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def test_deadline_of_a_call_is_on_the_monotonic_clock() -> None:
    class Call:
        def __init__(self, remaining: float | None) -> None:
            self._remaining = remaining

        def time_remaining(self) -> float | None:
            return self._remaining

    assert deadline_of(Call(None)) is None
    assert deadline_of(Call(5.0)) == pytest.approx(time.monotonic() + 5, abs=1)


def test_a_slot_count_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="0 slots"):
        SlotExecutor(0, 1)
