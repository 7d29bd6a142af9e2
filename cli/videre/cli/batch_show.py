"""A batch on the terminal: what is going on, then one table; or JSON lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from videre.cli.batch import BatchPlan, Outcome, run_batch
from videre.cli.batch_inputs import BatchInput
from videre.cli.console import err, message_dict, out, print_json
from videre.cli.tables import batch_table
from videre.client import AsyncVidere


async def submit_and_show(
    server: str, inputs: Sequence[BatchInput], plan: BatchPlan, *, as_json: bool
) -> list[Outcome]:
    """Submit the inputs and show what became of each; return it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err(), transient=True, disable=not err().is_terminal) as bar:
        task = bar.add_task("submitting" if not plan.wait else "working", total=len(inputs))

        def done(outcome: Outcome) -> None:
            bar.advance(task)
            if as_json:
                print_json(_record(outcome), line=True)

        async with AsyncVidere(server) as client:
            outcomes = await run_batch(client, inputs, plan, done)
    if not as_json:
        out().print(batch_table(outcomes))
    return outcomes


def _record(outcome: Outcome) -> dict[str, Any]:
    record: dict[str, Any] = {"input": outcome.item.name}
    if outcome.job is not None:
        record["job"] = message_dict(outcome.job)
    if outcome.error:
        record["error"] = outcome.error
    return record
