"""Submitting many inputs: a few at a time, each to its own end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from google.protobuf.json_format import ParseDict

from videre.cli.batch_inputs import BatchInput, file_request_id, other_request_id
from videre.cli.comments import messages
from videre.cli.failures import explain
from videre.client import AlreadyExists, AsyncVidere, JobOptions, NotFound, has_ended
from videre.v1 import job_pb2

_UPLOADS_AT_ONCE: Final = 4
#: The server knows the file from an earlier time, but what it made of it is gone or was different.
_AGAIN: Final = " (submitted before; --again makes a new job)"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input: a job, or an error in words."""

    item: BatchInput
    job: job_pb2.Job | None = None
    error: str = ""

    @property
    def failed(self) -> bool:
        """Whether it did not get where it should: no job, or one that ended badly."""
        if self.job is None or self.error:
            return True
        return has_ended(self.job) and self.job.state != job_pb2.JOB_STATE_SUCCEEDED


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """How to submit.

    Args:
        options: for every input; its line of a manifest goes before.
        prefix: of request ids. URIs, media and texts have lasting ids only with one.
        again: make new jobs although the same were submitted before.
        wait: until the jobs have ended.
        timeout_s: for each wait; None = as long as it takes.
    """

    options: dict[str, Any]
    prefix: str = ""
    again: bool = False
    wait: bool = False
    timeout_s: float | None = None


async def run_batch(
    client: AsyncVidere,
    inputs: Sequence[BatchInput],
    plan: BatchPlan,
    on_done: Callable[[Outcome], None],
) -> list[Outcome]:
    """Submit all inputs and return what became of each, in their order.

    Args:
        on_done: called as each one is done.
    """
    uploads = asyncio.Semaphore(_UPLOADS_AT_ONCE)

    async def one(item: BatchInput) -> Outcome:
        outcome = await _submit_one(client, item, plan, uploads)
        on_done(outcome)
        return outcome

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(item)) for item in inputs]
    return [task.result() for task in tasks]


async def _submit_one(
    client: AsyncVidere, item: BatchInput, plan: BatchPlan, uploads: asyncio.Semaphore
) -> Outcome:
    job: job_pb2.Job | None = None
    try:
        async with uploads:
            job = await client.submit(
                item.source or None,
                media_id=item.media_id,
                text=item.text,
                **_job_options(_options(item, plan)),
            )
        if plan.wait:
            job = await client.wait(job.job_id, timeout_s=plan.timeout_s)
    except Exception as error:
        known = explain(error)
        if known is None:
            raise
        earlier = isinstance(error, AlreadyExists | NotFound) and item.is_file and not plan.again
        return Outcome(item, job, f"{known[0]}{_AGAIN if earlier else ''}")
    return Outcome(item, job)


def _job_options(options: dict[str, Any]) -> JobOptions:
    """Return options by the SDK's names; seconds between looks are part of its `analysis`."""
    if "comments" in options:
        options["comments"] = messages(options["comments"])
    if "flow" in options:
        options["flow"] = [ParseDict(one, job_pb2.FlowBranch()) for one in options["flow"]]
    interval = options.pop("sample_interval", None)
    if interval is not None:
        options["analysis"] = job_pb2.AnalysisOptions()
        options["analysis"].sample_interval.FromMilliseconds(round(interval * 1_000))
    if "budget" in options:
        options["budget"] = job_pb2.Budget(cpu_seconds=options["budget"])
    return cast(JobOptions, options)


def _options(item: BatchInput, plan: BatchPlan) -> dict[str, Any]:
    options = {**plan.options, **item.options}
    if plan.again or options.get("request_id"):
        return options
    if item.is_file:
        options["request_id"] = file_request_id(plan.prefix, Path(item.source), options)
    elif plan.prefix:
        options["request_id"] = other_request_id(plan.prefix, item, options)
    return options
