"""One seed from its first submit to its last check."""

from __future__ import annotations

import asyncio
import gc
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeVar

from tests.simulation import checks
from tests.simulation.faults import DoubleBroken, Fault, Trouble, leaves
from tests.simulation.hearing import Hearing, hearing
from tests.simulation.plans import JobPlan, SeedPlan, draw, undisturbed
from tests.simulation.process import ConnectionLost, Process
from tests.simulation.virtual import VirtualLoop
from tests.simulation.world import Ground, World, ground
from videre.common.errors import Reason, VidereError
from videre.v1 import job_pb2, media_pb2, review_pb2

T = TypeVar("T")
#: The servicers look at nothing of a call but who makes it.
_CALL: Final[Any] = None

#: Virtual time after which every job must have ended, whatever happened.
END_S: Final = 4 * 3600.0
#: Plays between two collections of garbage.
_COLLECT_EVERY: Final = 20
#: Time after which nothing of an ended job is under way.
_SETTLE_S: Final = 5.0
#: Nobody stops a call of a job whose entries were deleted under it: it ends by its own deadline.
_LONGEST_CALL_S: Final = 300.0
#: Who decides at the same time what people are asked about.
_REVIEWERS: Final = ("ann", "bob")
#: Time between two looks of a caller that waits.
_LOOK_S: Final = 4.0


@dataclass(slots=True)
class Fate:
    """What became of a job, as its caller saw it.

    Args:
        ended: how it ended; None when it was deleted.
        decided: reviews of it that a reviewer was told are decided.
        cancelled_s: when a cancel was answered.
    """

    plan: JobPlan
    job_id: str = ""
    media_id: str = ""
    ended: job_pb2.Job | None = None
    decided: list[str] = field(default_factory=list)
    cancelled_s: float | None = None
    deleted: bool = False


@dataclass(slots=True)
class Played:
    """What a seed came to.

    Args:
        broken: what did not hold; empty when everything did.
        kills_in: steps that were killed between their effect and its record.
    """

    seed: int
    broken: list[str] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)
    faults: Counter[Fault] = field(default_factory=Counter)
    troubles: Counter[Trouble] = field(default_factory=Counter)
    kills: int = 0
    kills_in: Counter[str] = field(default_factory=Counter)
    ticks: int = 0
    calls: int = 0
    virtual_s: float = 0.0

    @property
    def compared(self) -> int:
        """Number of jobs that SUCCEEDED although a kill, a service or a decoder disturbed them."""
        disturbed = self.kills or self.faults.total() or self.troubles[Trouble.DECODE_FAILS]
        return self.states.count("SUCCEEDED") if disturbed else 0

    @property
    def produced(self) -> int:
        """Number of jobs with a production task that SUCCEEDED, hence with files."""
        return sum(
            fate.plan.tasks and fate.ended.state == job_pb2.JOB_STATE_SUCCEEDED
            for fate in self.fates
            if fate.ended is not None
        )

    @property
    def states(self) -> list[str]:
        """Return the names of the final states met."""
        return [
            job_pb2.JobState.Name(fate.ended.state).removeprefix("JOB_STATE_")
            for fate in self.fates
            if fate.ended is not None
        ]


class Caller:
    """A client: keeps asking while the process is away."""

    def __init__(self, world: World, played: Played) -> None:
        self._world, self._played = world, played

    async def _ask(self, call: Callable[[Process], Awaitable[T]]) -> tuple[T, bool]:
        """Return an answer, and whether it took more than one attempt."""
        lost = False
        while True:
            if self._world.broken:
                raise AssertionError("the simulation is broken")
            process = self._world.process
            if process is not None:
                try:
                    return await process.ask(partial(call, process)), lost
                except ConnectionLost:
                    lost = True
            await asyncio.sleep(0.2)

    async def live(self, fate: Fate) -> None:
        """Submit a job, do with it what is planned, wait for its end."""
        plan, troubles = fate.plan, self._played.troubles
        await asyncio.sleep(plan.at_s)
        files = self._world.ground.files
        request = plan.request(str(files), str(files / "out"))
        answer, lost = await self._ask(lambda p: p.jobs.SubmitJob(request, _CALL))
        troubles[Trouble.SUBMIT_KILLED] += lost
        fate.job_id, fate.media_id = answer.job.job_id, answer.job.media_id
        if plan.twice:
            again, _ = await self._ask(lambda p: p.jobs.SubmitJob(request, _CALL))
            assert again.job.job_id == fate.job_id, "a repeated submit made another job"
            troubles[Trouble.SUBMIT_TWICE] += 1
        if plan.early_delete:
            await self._delete_early(fate)
        if plan.cancel_s is not None:
            await asyncio.sleep(plan.cancel_s)
            await self._cancel(fate)
        if not fate.deleted:
            fate.ended = await self._end(fate)
            await asyncio.gather(*(self._review(fate, who) for who in _REVIEWERS))

    async def _review(self, fate: Fate, who: str) -> None:
        """Decide what people are asked about a job, beside somebody who does the same."""
        claim = review_pb2.ClaimReviewsRequest(
            filter=review_pb2.ReviewFilter(job_id=fate.job_id), max_reviews=10, reviewer=who,
            request_id=f"{who}-{fate.job_id}",
        )  # fmt: skip
        answer, _ = await self._ask(lambda p: p.reviews.ClaimReviews(claim, _CALL))
        for held in answer.reviews:
            decision = review_pb2.DecideReviewRequest(
                review_id=held.review_id, lease_id=held.lease_id, reviewer=who,
                request_id=f"{who}-{held.review_id}", outcome=review_pb2.REVIEW_OUTCOME_OVERTURN,
                reason=review_pb2.REVIEW_REASON_CLEAN,
            )  # fmt: skip
            await self._ask(lambda p, one=decision: p.reviews.DecideReview(one, _CALL))  # type: ignore[misc]
            fate.decided.append(held.review_id)

    async def _delete_early(self, fate: Fate) -> None:
        job = job_pb2.DeleteJobRequest(job_id=fate.job_id)
        media = media_pb2.DeleteMediaRequest(media_id=fate.media_id, close_reviews=True)
        for call in (
            lambda p: p.jobs.DeleteJob(job, _CALL),
            lambda p: p.media.DeleteMedia(media, _CALL),
        ):
            try:
                await self._ask(call)
            except VidereError as error:
                _only(error, Reason.JOB_NOT_ENDED, Reason.MEDIA_IN_USE)
                self._played.troubles[Trouble.DELETE_RUNNING] += 1
            else:  # it had ended before
                fate.deleted = True
                return

    async def _cancel(self, fate: Fate) -> None:
        troubles = self._played.troubles
        request = job_pb2.CancelJobRequest(job_id=fate.job_id)
        answer, lost = await self._ask(lambda p: p.jobs.CancelJob(request, _CALL))
        troubles[Trouble.CANCEL_KILLED] += lost
        if answer.job.state == job_pb2.JOB_STATE_CANCELLED:
            troubles[Trouble.CANCEL] += 1
            fate.cancelled_s = self._world.services.now()
        fate.ended = answer.job
        if fate.plan.then:
            job = job_pb2.DeleteJobRequest(job_id=fate.job_id)
            try:
                await self._ask(lambda p: p.jobs.DeleteJob(job, _CALL))
            except VidereError as error:  # deleted by the attempt whose answer was lost
                _only(error, Reason.JOB_NOT_FOUND)
            fate.deleted = True
            troubles[Trouble.DELETE_JOB] += 1
        if fate.plan.then == "media":
            await self.delete_media(fate)
            troubles[Trouble.DELETE_MEDIA] += 1

    async def delete_media(self, fate: Fate) -> None:
        """Delete a job's media."""
        media = media_pb2.DeleteMediaRequest(media_id=fate.media_id, close_reviews=True)
        try:
            await self._ask(lambda p: p.media.DeleteMedia(media, _CALL))
        except VidereError as error:
            _only(error, Reason.MEDIA_NOT_FOUND)
        fate.media_id = ""

    async def delete(self, fate: Fate) -> None:
        """Delete an ended job with its media."""
        if not fate.deleted:
            job = job_pb2.DeleteJobRequest(job_id=fate.job_id)
            try:
                await self._ask(lambda p: p.jobs.DeleteJob(job, _CALL))
            except VidereError as error:
                _only(error, Reason.JOB_NOT_FOUND)
        if fate.media_id:
            await self.delete_media(fate)

    async def _end(self, fate: Fate) -> job_pb2.Job:
        request = job_pb2.QueryJobRequest(job_id=fate.job_id)
        request.read_mask.paths.append("job")
        while True:
            answer, _ = await self._ask(lambda p: p.jobs.QueryJob(request, _CALL))
            if answer.job.HasField("end_time"):
                return answer.job
            await asyncio.sleep(_LOOK_S)


class Player:
    """Plays seeds on one ground; keeps the results of the undisturbed runs."""

    def __init__(self, ground: Ground, heard: Hearing) -> None:
        self._ground, self._heard = ground, heard
        self._plays = 0
        self._calm: dict[tuple[str, str, bool], job_pb2.Job] = {}

    def play(self, seed: int) -> Played:
        """Play what a seed draws."""
        return self.play_plan(seed, draw(seed))

    def play_plan(self, seed: int, plan: SeedPlan) -> Played:
        """Play a plan; the seed decides the rest: what comes first, how long things take."""
        for job in plan.jobs:
            if job.kind not in self._calm:
                calm = self._play(0, undisturbed(job.kind))
                broken = calm.broken or list(checks.of_the_calm(calm.fates[0]))
                if broken:
                    raise AssertionError(f"{job.kind} undisturbed: {broken}")
                assert calm.fates[0].ended is not None
                self._calm[job.kind] = calm.fates[0].ended
        return self._play(seed, plan)

    def _play(self, seed: int, plan: SeedPlan) -> Played:
        rng = random.Random(f"play {seed}")
        loop = VirtualLoop(rng)
        asyncio.set_event_loop(loop)
        played = Played(seed)
        self._heard.faults.clear()
        world = World(self._ground, rng, loop)
        try:
            with world.watched():
                loop.run_until_complete(self._run(world, plan, played))
        except (Exception, BaseExceptionGroup, DoubleBroken) as error:  # a check, or it is stuck
            played.broken += [f"{type(leaf).__name__}: {leaf}" for leaf in leaves(error)]
        finally:
            asyncio.set_event_loop(None)
            loop.close()
        played.broken += dict.fromkeys(world.broken)
        played.broken += map(str, self._heard.faults)
        played.virtual_s = loop.now
        self._plays += 1
        if self._plays % _COLLECT_EVERY == 0:
            gc.collect()
        return played

    async def _run(self, world: World, plan: SeedPlan, played: Played) -> None:
        services = world.services
        services.spells, services.chance, services.kinds = plan.spells, plan.chance, plan.kinds
        if plan.poison:
            ends_s = plan.poison_ends_s
            services.poison = lambda method: method == plan.poison and services.now() < ends_s
        world.decoders.chance = plan.decode_fails
        world.kill_at = set(plan.kill_at)
        world.kill_on = Counter(dict(plan.kill_on))
        played.fates = [Fate(job) for job in plan.jobs]
        caller = Caller(world, played)
        supervisor = asyncio.ensure_future(world.supervise())
        async with asyncio.timeout(END_S):
            async with asyncio.TaskGroup() as group:
                for fate in played.fates:
                    group.create_task(caller.live(fate))
                if plan.second_start_s is not None:
                    group.create_task(self._second_start(world, plan.second_start_s, played))
        deleted = any(fate.deleted for fate in played.fates)
        await asyncio.sleep(_LONGEST_CALL_S if deleted else _SETTLE_S)
        _count(world, plan, played)
        calm = [self._calm.get(job.kind) for job in plan.jobs]
        played.broken += checks.after_the_end(world, played.fates, calm)
        world.kill_at, world.kill_on = set(), Counter()
        played.broken += await self._after_the_storm(world, plan, caller)
        for fate in played.fates:
            await caller.delete(fate)
        await asyncio.sleep(35.0)  # a sweep
        played.broken += await checks.after_all_is_deleted(world)
        supervisor.cancel()
        process = world.process
        assert process is not None
        process.die()
        await process.bury()

    async def _after_the_storm(self, world: World, plan: SeedPlan, caller: Caller) -> list[str]:
        """Ask for the first job once more, now that all is well: what is stored must serve it."""
        first = plan.jobs[0]
        undisturbed = self._calm.get(first.kind)
        if undisturbed is None or not plan.again:
            return []
        world.services.spells, world.services.chance = {}, 0.0
        world.services.poison = lambda _method: False
        world.decoders.chance = 0.0
        again = JobPlan("again", first.film, first.asked, first.tasks, first.units_per_chunk)
        fate = Fate(again)
        await caller.live(fate)
        await caller.delete(fate)
        ended = fate.ended
        assert ended is not None
        found = list(checks.delivered(world, fate))
        if (ended.state, ended.result_digest) != (undisturbed.state, undisturbed.result_digest):
            found.append(f"{job_pb2.JobState.Name(ended.state)} with another result")
        if checks.files(ended) != checks.files(undisturbed):
            found.append(f"other files: {checks.files(ended)}")
        return [f"asked again: {line}" for line in found]

    async def _second_start(self, world: World, at_s: float, played: Played) -> None:
        await asyncio.sleep(at_s)
        if world.process is None or not world.process.alive:
            return
        try:
            world.start()
        except VidereError as error:
            _only(error, Reason.STORE_FAILED)
            played.troubles[Trouble.SECOND_START] += 1
        else:
            raise AssertionError("a second process was started on the same folder")


def _only(error: VidereError, *allowed: Reason) -> None:
    if error.reason not in allowed:
        raise error


def _count(world: World, plan: SeedPlan, played: Played) -> None:
    troubles = played.troubles
    for (_, fault), count in world.services.met.items():
        played.faults[fault] += count
    played.kills, played.ticks = len(world.killed_at), world.ticks
    played.calls = len(world.services.starts)
    played.kills_in = Counter(
        what.removeprefix("record ") for what in world.killed_at if what.startswith("record ")
    )
    in_step = played.kills_in.total()
    troubles[Trouble.KILL_IN_STEP] += in_step
    troubles[Trouble.KILL] += len(world.killed_at) - in_step
    troubles[Trouble.DECODE_FAILS] += world.decoders.failed
    sources = [job.film for job in plan.jobs if job.film is not None]
    troubles[Trouble.SAME_BYTES] += len(sources) > len(set(sources))
    for fate in played.fates:
        if fate.ended is None:
            continue
        reasons = {stage.reason for stage in fate.ended.stages}
        troubles[Trouble.CRASH_LOOP] += "WORKER_CRASHED" in reasons
        troubles[Trouble.DEADLINE] += fate.ended.error.reason == "WALL_TIME"


@contextmanager
def player() -> Iterator[Player]:
    """Return a player on a fresh ground; the program's own log is heard meanwhile."""
    with hearing() as heard, ground() as made, _rare_collections():
        yield Player(made, heard)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for garbage between seeds only, and not among what was there before: a third faster."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()
