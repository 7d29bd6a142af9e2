"""Every model of ONNX opened in other ways: other graphs, 8 bits, other threads, other memory.

All ways are measured by turns, on inputs that the model's engine gave on real media; what 8 bits
change of the answers is told by the engine, run again with the other file.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.harness import Outcome
from bench.options import Options
from bench.pauses import without_pauses
from bench.runtime import alone
from bench.runtime.alone import COSTS, JOB, Costs, Job, Way
from bench.runtime.base import Work
from bench.runtime.figures import Answers, Trial, cheaper, figures
from bench.runtime.forms import made
from bench.runtime.materials import Materials, read
from bench.runtime.opening import (
    AS_SHIPPED,
    QUICK,
    VARIANTS,
    Form,
    Recorded,
    Variant,
    opened_by,
    quiet,
)
from bench.runtime.works import QUICK_WORKS, WORKS
from bench.truth import load_set
from videre.cli.evaluation.figures import Measured
from videre.cli.evaluation.truth import FILM_GROUP
from videre.common.config import Settings
from videre.common.models import ModelStore
from videre.common.service import open_models

_CHILD_S: Final = 1_800.0
#: Inputs of a model that are run, and CPU-seconds of all ways together; whole and quick.
_INPUTS: Final = (3, 2)
_BUDGET_S: Final = (2.0, 0.5)
#: Inputs from which 8 bits learn their ranges.
_CALIBRATION: Final = 16

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Given:
    """What an engine opened, and gave it.

    Args:
        file: of the model.
        arena: whether the memory of a run is kept.
        inputs: of some runs.
    """

    file: Path
    arena: bool
    inputs: tuple[dict[str, Any], ...]


def run(options: Options, tell: Tell) -> tuple[list[Measured], list[Outcome]]:
    """Measure; there are no jobs.

    Raises:
        FileNotFoundError: no media.
    """
    media, quick = options.media_folder(), options.quick
    quiet()
    known = [
        without_pauses(truth) if truth.group == FILM_GROUP else truth for truth in load_set(media)
    ]
    learned, judged = read(known, media, quick=quick)
    models = open_models(Settings())
    trials: list[Trial] = []
    with tempfile.TemporaryDirectory(prefix="videre-bench-") as folder:
        for work in QUICK_WORKS if quick else WORKS:
            bench = _Bench(work, models, judged, Path(folder), quick=quick)
            for trial in bench.trials(learned):
                trials.append(trial)
                tell(f"{trial.model}: {len(trial.costs)} ways")
    return figures(trials), []


class _Bench:
    """One engine's models."""

    def __init__(
        self, work: Work[Any], models: ModelStore, judged: Materials, folder: Path, *, quick: bool
    ) -> None:
        self._work = work
        self._models = models
        self._judged = judged
        self._folder = folder
        self._budget_s = _BUDGET_S[quick]
        self._inputs = 1 if work.slow else _INPUTS[quick]
        self._variants = QUICK if quick else VARIANTS

    def trials(self, learned: Materials) -> Iterator[Trial]:
        """Measure each of its models; 8 bits learn from `learned`."""
        known = {entry.name for entry in self._models.entries()}
        self._models.ensure(name for name in self._work.models if name in known)
        before, given = self._answers(self._judged, {})
        _, taught = self._answers(learned, {})
        for name in self._work.measured:
            yield self._trial(name, before, given[name], taught[name].inputs[:_CALIBRATION])

    def _trial(
        self, name: str, before: Any, given: _Given, calibration: tuple[dict[str, Any], ...]
    ) -> Trial:
        files: dict[Variant, Path] = {}
        refused: dict[str, str] = {}
        kept = {False: "memory of runs not kept", True: "memory of runs kept"}[given.arena]
        for variant in self._variants:
            if variant.name == kept:
                continue  # as shipped
            try:
                files[variant] = made(given.file, variant.form, self._folder, calibration)
            except Exception as error:  # whatever a quantiser says of a graph that it cannot take
                refused[variant.name] = f"{type(error).__name__}: {error}".splitlines()[0]
        found = self._costs(files, given)
        answers = {
            variant.name: self._judge(before, {name: (variant, file)})
            for variant, file in files.items()
            if variant.form in (Form.DYNAMIC, Form.STATIC) and cheaper(found.costs, variant.name)
        }
        refused.update(found.failed)
        return Trial(name, self._work, found.costs, answers, refused, self._right(before))

    def _costs(self, files: Mapping[Variant, Path], given: _Given) -> Costs:
        inputs = self._folder / "inputs.npz"
        places = np.linspace(0, len(given.inputs) - 1, self._inputs).astype(int)
        arrays = {
            f"{number}.{name}": value
            for number, place in enumerate(places)
            for name, value in given.inputs[place].items()
        }
        np.savez(inputs, **arrays)
        job = Job(
            ways=tuple(Way(variant, str(file)) for variant, file in files.items()),
            arena=given.arena, flushed=self._work.flushed, inputs=str(inputs),
            budget_s=self._budget_s,
        )  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", alone.MODULE], input=JOB.dump_json(job), check=True,
            stdout=subprocess.PIPE, timeout=_CHILD_S,
        )  # fmt: skip
        return COSTS.validate_json(done.stdout)

    def _judge(self, before: Any, swapped: Mapping[str, tuple[Variant, Path]]) -> Answers:
        after, _ = self._answers(self._judged, swapped)
        return Answers(self._work.change(before, after), self._right(after))

    def _right(self, answers: Any) -> Any:
        return self._work.right(self._judged, answers) if self._work.right else None

    def _answers(
        self, materials: Materials, swapped: Mapping[str, tuple[Variant, Path]]
    ) -> tuple[Any, dict[str, _Given]]:
        """Return what the engine says, and what it gave each of its models."""
        opened: dict[str, tuple[Path, bool, Recorded]] = {}
        names = iter(self._work.models)

        def open_(own: Callable[..., Any], model: Any, options: Any) -> Any:
            name = next(names)
            if isinstance(model, bytes):
                file = self._folder / f"{name}.onnx"
                file.write_bytes(model)
                model = str(file)
            arena = options.enable_cpu_mem_arena
            variant, file = swapped.get(name, (AS_SHIPPED, Path(model)))
            variant.change(options)
            session = Recorded(own(str(file), options))
            opened[name] = Path(model), arena, session
            return session

        with opened_by(open_):
            said = self._work.answers(self._models, materials)
        given = {
            name: _Given(file, arena, tuple(session.inputs))
            for name, (file, arena, session) in opened.items()
        }
        return said, given
