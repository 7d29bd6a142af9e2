"""A file of every format through the whole suite: opened and understood, or refused in words."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bench.constructed.formats import Sample, samples
from bench.edge import beeps
from bench.faults.canaries import Canaries
from bench.harness import EXACT_FEATURES, Outcome, Running, analyse_apart, suite_on
from bench.measures.formats import Row, format_figures, row
from bench.options import Options
from videre.cli.evaluation.figures import Measured
from videre.client import AsyncVidere, VidereClientError
from videre.orchestrator.media.runner import media_children
from videre.v1 import analysis_pb2, job_pb2

#: The lines of docs/formats.md, for scripts/docs_formats.py.
ROWS: Final = Path("build/bench/formats_rows.json")
_PATIENCE_S: Final = 600.0


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Measure on made files, and on real ones of `options.media` where there are any.

    Raises:
        FileNotFoundError: the ffmpeg program is missing.
    """
    return asyncio.run(_run(options, tell))


async def _run(
    options: Options, tell: Callable[[str], None]
) -> tuple[list[Measured], list[Outcome]]:
    with tempfile.TemporaryDirectory(prefix="videre-bench-formats-") as temporary:
        folder = Path(temporary)
        root, pipe = folder / "root", folder / "canary"
        root.mkdir()
        with Canaries(pipe) as canaries:
            files = list(samples(root, options, lambda kind: canaries.bait.targets[kind]))
            tell(f"{len(files)} files of {len({file.format for file in files})} formats")
            os.environ["VIDERE_FILE_ROOTS"] = str(root)  # the suite's processes inherit it
            async with suite_on(folder / "suite") as at_work:
                answers = await _ask(at_work, files, options, tell)
                answers += await _ask_by_address(at_work.client, files, pipe)
        heard = await _heard(answers, folder)
    rows = [
        row(sample, outcome, how, heard.get(sample.path, ())) for sample, outcome, how in answers
    ]
    if not options.quick:
        _keep(rows)
    opened = [outcome for sample, outcome, _ in answers if sample.kind is not None]
    return format_figures(rows, canaries.touched), opened


Answers = list[tuple[Sample, Outcome, str]]


async def _ask(
    at_work: Running, files: Sequence[Sample], options: Options, tell: Callable[[str], None]
) -> Answers:
    outcomes = await analyse_apart(
        at_work,
        [file.path for file in files],
        patience_s=_PATIENCE_S,
        tell=tell,
        features=EXACT_FEATURES if options.quick else (),  # a whole run asks for everything
    )
    return [(file, outcome, "upload") for file, outcome in zip(files, outcomes, strict=True)]


async def _ask_by_address(client: AsyncVidere, files: Sequence[Sample], outside: Path) -> Answers:
    """Name what must be refused by its address inside the root, and a file outside of it."""
    foreign = [file for file in files if file.kind is None]
    beyond = Sample("(outside the root)", outside.name, "by hand", outside, None, made=False)
    return [(file, await _by_address(client, file.path), "file://") for file in (*foreign, beyond)]


async def _by_address(client: AsyncVidere, path: Path) -> Outcome:
    empty = analysis_pb2.Analysis()
    try:
        submitted = await client.submit(path.as_uri(), features=EXACT_FEATURES)
        job = await client.wait(submitted.job_id, timeout_s=_PATIENCE_S)
    except VidereClientError as error:
        return Outcome(path, job_pb2.Job(), empty, str(error))
    return Outcome(path, job, empty, f"{job.error.reason}: {job.error.message}")


async def _heard(answers: Answers, folder: Path) -> dict[Path, list[float]]:
    """Return the beeps in the sound of made files, as the suite decodes it."""
    opened = [
        file.path for file, outcome, _ in answers if file.beeps and file.made and not outcome.error
    ]
    async with media_children() as run:
        return {path: await beeps(path, folder / f"spool-{path.name}", run) for path in opened}


def _keep(rows: Sequence[Row]) -> None:
    ROWS.parent.mkdir(parents=True, exist_ok=True)
    data = [line.as_data() for line in rows]
    ROWS.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
