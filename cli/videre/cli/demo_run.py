"""The demonstration: everything started, a sample analysed, the answer shown and compared."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from videre.cli.console import err, out
from videre.cli.exits import Exit
from videre.cli.failures import CommandError
from videre.cli.formatting import word
from videre.cli.report_file import write_report
from videre.cli.supervise.logs import LogFiles
from videre.cli.supervise.ports import Ports
from videre.cli.supervise.supervisor import Suite, running, suite
from videre.cli.terminal_report import render_analysis
from videre.cli.truth import TIERS, TruthError, check, parse_truth
from videre.client import AsyncVidere
from videre.v1 import analysis_pb2, engine_pb2, job_pb2

_SAMPLE_ENV: Final = "VIDERE_SAMPLE"
_GRACE_S: Final = 10.0
#: The sample is short: whatever takes longer than this is broken, seconds.
_WATCH_S: Final = 900.0
#: Tiers whose engines need nothing but their model files.
_DOWNLOADED: Final = (engine_pb2.ENGINE_TIER_STANDARD, engine_pb2.ENGINE_TIER_EXTENDED)
_ENDED: Final = frozenset(
    {
        analysis_pb2.STAGE_STATE_SUCCEEDED,
        analysis_pb2.STAGE_STATE_SKIPPED,
        analysis_pb2.STAGE_STATE_NOT_CHECKED,
        analysis_pb2.STAGE_STATE_FAILED,
        analysis_pb2.STAGE_STATE_CANCELLED,
    }
)


@dataclass(frozen=True, slots=True)
class Demo:
    """What to do.

    Args:
        sample: the clip; its truth, if there is one, stands beside it as NAME.truth.json.
        html: where the report goes.
        data_dir: folder of all state; None = a temporary one.
        healthy_within_s: time the processes get to become healthy.
        compose: makes the suite for ports and a folder of state.
    """

    sample: Path
    html: Path
    data_dir: Path | None
    healthy_within_s: float
    compose: Callable[[Ports, Path], Suite] = suite


def find_sample() -> Path:
    """Return the clip of the demonstration: `VIDERE_SAMPLE`, else the packaged one.

    Raises:
        CommandError: there is none.
    """
    named = os.environ.get(_SAMPLE_ENV)
    path = (
        Path(named)
        if named
        else Path(str(resources.files("videre.cli").joinpath("sample", "sample.mp4")))
    )
    if not path.is_file():
        raise CommandError(f"no sample: {path} is not a file; name one with {_SAMPLE_ENV}")
    return path


async def run_demo(demo: Demo) -> Exit:
    """Start everything on free ports, analyse the sample, show, compare, stop; return how it went.

    Raises:
        CommandError: the suite does not start.
    """
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _current_task().cancel)
    with _folder(demo.data_dir) as folder, Ports.free() as ports:
        logs = LogFiles(folder / "logs")
        chosen = demo.compose(ports, folder)
        async with running(chosen.programs, logs, grace_s=_GRACE_S) as supervisor:
            with err().status("starting the suite"):
                late = await supervisor.unhealthy(demo.healthy_within_s)
            _tell_what_is_missing(chosen, late, logs)
            return await _analyse(demo, chosen)


def _current_task() -> asyncio.Task[object]:
    task = asyncio.current_task()
    assert task is not None  # called from a coroutine
    return task


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="videre-demo-") as temporary:
        yield Path(temporary)


def _tell_what_is_missing(chosen: Suite, late: list[str], logs: LogFiles) -> None:
    for name in chosen.missing:
        err().print(f"{name} is not installed: its stages will be FAILED, SERVICE_DOWN")
    for name in late:
        err().print(f"{name} did not become healthy; its last words:")
        for line in logs.tail(name):
            err().print(Text(f"  {line}", style="dim"), soft_wrap=True)
    if "orchestrator" in late:
        raise CommandError("the orchestrator did not start")


async def _analyse(demo: Demo, chosen: Suite) -> Exit:
    async with AsyncVidere(chosen.ports.target("orchestrator")) as client:
        submitted = await client.submit(demo.sample, title="Videre sample")
        async with asyncio.timeout(_WATCH_S):
            await _show_progress(client, submitted.job_id)
        job = await client.wait(submitted.job_id, timeout_s=30)
        if not job.analysis_revision:
            raise CommandError(f"the job failed: {job.error.reason} {job.error.message}", Exit.JOB)
        analysis = await write_report(client, job.media_id, demo.html, job=job)
        engines = await client.list_engines()
    out().print(*render_analysis(analysis, job.stages), sep="\n")
    met = compare(demo.sample, analysis)
    _tell_what_engines_would_add(job, engines)
    out().print(f"Report: {demo.html.resolve()}", markup=False, soft_wrap=True)
    if job.state != job_pb2.JOB_STATE_SUCCEEDED:
        err().print(f"The job ended {word(job_pb2.JobState, job.state, 'JOB_STATE')}.")
        return Exit.JOB
    return Exit.OK if met else Exit.ERROR


async def _show_progress(client: AsyncVidere, job_id: str) -> None:
    """Show one bar per stage on a terminal, else one line per finished stage."""
    columns = (
        TextColumn("{task.description:<18}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[state]}"),
    )  # fmt: skip
    on_terminal = err().is_terminal
    bars: dict[str, TaskID] = {}
    with Progress(*columns, console=err(), transient=True, disable=not on_terminal) as progress:
        async for event in client.watch(job_id):
            if event.WhichOneof("payload") != "stage":
                continue
            stage = event.stage
            state = word(analysis_pb2.StageState, stage.state, "STAGE_STATE")
            if stage.name not in bars:
                bars[stage.name] = progress.add_task(stage.name, total=None, state="")
            progress.update(
                bars[stage.name], completed=stage.done, total=stage.total or None, state=state
            )
            if not on_terminal and stage.state in _ENDED:
                err().print(f"{stage.name}: {state} {stage.reason}".rstrip(), markup=False)


def _tell_what_engines_would_add(job: job_pb2.Job, engines: list[engine_pb2.Engine]) -> None:
    blind = [stage.name for stage in job.stages if stage.reason == "NO_ENGINE"]
    files = {engine.feature for engine in engines if engine.tier in _DOWNLOADED}
    if unread := [name for name in blind if name in files]:
        out().print(
            f"\nNobody looked for {', '.join(unread)}: their model files are not on this machine. "
            "`videre models pull` downloads them; VIDERE_MODEL_MIRROR names a folder or address "
            "that is asked first.\n"
        )
    for engine in engines:
        if engine.feature in blind and engine.feature not in files:
            out().print(
                f"Nobody looked for {engine.feature}: {engine.state_message}.", markup=False
            )


def compare(sample: Path, analysis: analysis_pb2.Analysis) -> bool:
    """Print what of the truth beside the sample was found.

    Returns:
        Whether all facts of the tier "bundled" were; those of "standard" need downloaded models.
    """
    path = sample.with_name(f"{sample.stem}.truth.json")
    if not path.is_file():
        err().print(f"no {path.name} beside the sample: nothing to compare with", markup=False)
        return True
    met = {}
    try:
        facts = parse_truth(path.read_text(encoding="utf-8"))
        for tier in TIERS:
            checks = check(facts[tier], analysis)
            met[tier] = all(item.met for item in checks)
            found = sum(item.met for item in checks)
            line = Text(f"\nExpected of {tier} engines: {found} of {len(checks)} found  ", "bold")
            line.append("met" if met[tier] else "not met", "green" if met[tier] else "yellow")
            out().print(line)
            for item in checks:
                mark = Text("  ✓ ", "green") if item.met else Text("  ✗ ", "red")
                out().print(mark.append(item.words, "default"), soft_wrap=True)
    except TruthError as error:
        raise CommandError(f"{path}: {error}") from error
    return met["bundled"]
