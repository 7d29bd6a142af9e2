"""Production functions called as the service calls them, without a server."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final

from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.exports.production_params import violations_of
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.probe import probe_media
from videre.production.decode import FrameSource
from videre.production.functions.base import Function, Input, Made, Work, pictures_of
from videre.production.known import Known
from videre.production.media_index import read_media
from videre.production.previewing.asked import asked_of
from videre.production.previewing.finish import preview_files
from videre.production.registry import factories
from videre.production.settings import ProductionSettings
from videre.v1 import production_pb2 as pb

#: Those that functions of production use.
_MODELS: Final = ("yunet_n_dynamic", "selfie_segmentation")
_NOTHING_KNOWN: Final = Known()


@cache
def _index(path: Path) -> bytes:
    return probe_media(path, MediaLimits()).encode()


class Maker:
    """Carries out tasks in a folder that is emptied before each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        #: Of all tasks so far.
        self.cpu_seconds = 0.0
        mirror = os.environ.get("VIDERE_MODEL_MIRROR")
        models = ModelStore(packaged_manifest(), folder.with_name("models"), mirror)
        if mirror:
            models.ensure(_MODELS)
        self._models = models
        found = [factory() for factory in factories(ProductionSettings(data_dir=folder))]
        self._functions: dict[str, Function] = {
            one.spec.feature: one for one in found if not models.missing(one.spec.models)
        }
        self._loaded: set[str] = set()

    def can(self, function: str) -> bool:
        """Tell whether a function's models are at hand."""
        return function in self._functions

    def input(self, path: Path, name: str = "main") -> Input:
        """Return a file as input."""
        index = _index(path)
        return Input(name, path, index, read_media(index))

    def make(
        self, task: pb.ProductionTask, files: Mapping[str, Path], known: Known = _NOTHING_KNOWN
    ) -> list[Made]:
        """Carry out a task; its files stay until the next one.

        Args:
            task: without violations.
            files: the inputs by name.
            known: what an analysis found.

        Raises:
            VidereError: the task is refused or fails.
        """
        assert not violations_of(task), violations_of(task)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        inputs = {name: self.input(path, name) for name, path in files.items()}
        options, glance = asked_of(task, inputs.__getitem__)
        work = Work(
            options=options,
            known=known,
            source=lambda: _source(inputs["main"]),
            progress=lambda _share: None,
            file_prefix="",
            inputs=tuple(inputs),
            input=inputs.__getitem__,
            folder=self._folder,
            check=lambda: None,
            spent=self._spent,
            preview=glance,
        )
        made = self._loaded_function(str(task.WhichOneof("function"))).render(work)
        return made if glance is None else preview_files(work, glance, made)

    def _loaded_function(self, name: str) -> Function:
        function = self._functions[name]
        if name not in self._loaded:
            function.load(self._models)
            self._loaded.add(name)
        return function

    def _spent(self, cpu_seconds: float, _frames: int) -> None:
        self.cpu_seconds += cpu_seconds


@contextmanager
def workshop() -> Iterator[tuple[Maker, Path]]:
    """Give what carries out tasks and a folder for its sources; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="videre-bench-") as temporary:
        folder = Path(temporary)
        yield Maker(folder / "work"), folder


def _source(main: Input) -> FrameSource:
    return FrameSource(main.path, pictures_of(main), lambda: None)


def stretch(start: Fraction, end: Fraction) -> pb.MediaRange:
    """Return a stretch as message."""
    sides = [
        pb.RationalTime(value=side.numerator, rate_numerator=side.denominator)
        for side in (start, end)
    ]
    return pb.MediaRange(start=sides[0], end=sides[1])


def renditions_task(renditions: Sequence[pb.Rendition]) -> pb.ProductionTask:
    """Return a task that makes renditions of all of the main input."""
    return pb.ProductionTask(transcode=pb.TranscodeParams(renditions=renditions))
