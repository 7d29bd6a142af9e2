"""Frames, times, timecodes and facts, beside constructed truth and beside the ffmpeg program."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bench.constructed.exact_clips import Truth, exact_clips
from bench.edge import Seen, see
from bench.harness import EXACT_FEATURES, Outcome, analyse_apart, suite_on
from bench.measures.exactness import counted, edge_figures
from bench.measures.exactness_suite import suite_figures
from bench.measures.second_opinion import fact_differences, time_differences
from bench.options import Options
from bench.truth import load_set
from videre.cli.evaluation.figures import Case, Measured
from videre.orchestrator.media.index import MediaIndex
from videre.orchestrator.media.ingest import probe
from videre.orchestrator.media.runner import RunChild, media_children

_PATIENCE_S: Final = 600.0
#: Kinds that a quick run sends through the whole suite.
_QUICK_JOBS: Final = frozenset(
    {"CFR 25", "variable rate", "sound before picture", "turned by 90°", "edit list"}
)
#: Files of a set that are broken on purpose: what is right there is nobody's to say.
_BROKEN: Final = "broken"


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Measure on constructed clips; facts also on the set of `options.media` where there is one.

    Raises:
        FileNotFoundError: the ffmpeg program is missing.
    """
    return asyncio.run(_run(options, tell))


async def _run(
    options: Options, tell: Callable[[str], None]
) -> tuple[list[Measured], list[Outcome]]:
    with tempfile.TemporaryDirectory(prefix="videre-bench-exact-") as temporary:
        folder = Path(temporary)
        pairs: list[tuple[Truth, Seen]] = []
        async with media_children() as run_child:
            for truth in exact_clips(folder, few=options.quick):
                spool = folder / f"spool{len(pairs)}"
                pairs.append((truth, await see(truth.path, spool, truth.read, run_child)))
                tell(f"{truth.name}: {len(truth.numbers)} frames, {len(truth.beeps)} beeps")
            real = [] if options.quick else _real(options)
            compared = await _reference(pairs, real, run_child, tell)
        sent = [truth for truth, _ in pairs if not options.quick or truth.name in _QUICK_JOBS]
        async with suite_on(folder / "suite") as at_work:
            outcomes = await analyse_apart(
                at_work,
                [truth.path for truth in sent],
                patience_s=_PATIENCE_S,
                tell=tell,
                features=EXACT_FEATURES,
            )
    figures = [
        *edge_figures(pairs),
        *compared,
        *suite_figures(list(zip(sent, outcomes, strict=True))),
    ]
    return figures, outcomes


def _real(options: Options) -> list[Path]:
    if options.media is None:
        return []
    return [truth.path for truth in load_set(options.media) if _BROKEN not in truth.path.parts]


async def _reference(
    pairs: Sequence[tuple[Truth, Seen]],
    real: Sequence[Path],
    run: RunChild,
    tell: Callable[[str], None],
) -> list[Measured]:
    indices: list[tuple[str, Path, MediaIndex]] = [
        (truth.name, truth.path, seen.index) for truth, seen in pairs
    ]
    for path in real:
        indices.append((path.name, path, await probe(path, run=run, name=path.name)))
    facts: list[Case] = []
    times: list[Case] = []
    frames = 0
    for name, path, index in indices:
        facts += await asyncio.to_thread(fact_differences, name, path, index)
        times += await asyncio.to_thread(time_differences, name, path, index)
        frames += index.video.frame_count if index.video is not None else 0
    tell(f"{len(indices)} files compared with the ffmpeg program, {len(real)} of them real")
    files = f"{len(indices)} files, {len(real)} of them real"
    return [
        counted("reference: facts that differ", "facts", facts, f"against ffmpeg -i; {files}"),
        counted(
            "reference: frame times that differ", "frames", times,
            f"against ffmpeg's decoder, from the first frame on; {frames} frames, {files}",
        ),
    ]  # fmt: skip
