"""Obscure: faces, texts and given parts made unrecognisable, followed as they move."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np

from videre.common.errors import Reason, VidereError
from videre.common.models import ModelStore
from videre.exports.production_params import ObscureOptions
from videre.exports.production_params.cuts import Part
from videre.exports.production_params.regions import Region
from videre.production.decode import FrameSource
from videre.production.face_detector import MODEL
from videre.production.functions.base import Input, Made, Work, require_answer
from videre.production.functions.retouching import RetouchingFunction, times_of
from videre.production.known import Followed, Known, SeenAt
from videre.production.media_index import Pictures
from videre.production.reframing.face_finder import FaceFinder
from videre.production.rendering.run import within
from videre.production.retouching.edits import Edits, Hidden
from videre.production.retouching.hiding import faces_followed, hidden_of, plates

_MAIN: Final = "main"
_NS: Final = 1_000_000_000
#: Time between two looks for faces.
_STEP_NS: Final = 125_000_000
#: Longer side of the pictures in which faces are looked for, and from which score on something is
#: one: here a face too many is better than one too few.
_SIDE: Final = 640
_SCORE: Final = 0.6
#: Share of the work when faces are found.
_SURVEYED: Final = 0.4
_FACES, _TEXT, _TRACKS = "faces", "text", "tracks"


class Obscure(RetouchingFunction):
    """See RetouchingFunction."""

    feature = "obscure"
    _finder: FaceFinder | None

    def __init__(self, ffmpeg: Path | None) -> None:
        """Take the path of the program; None = the packaged one."""
        super().__init__(ffmpeg)

    def load(self, models: ModelStore) -> None:
        """Find the program; open the detector of faces where its model is installed."""
        super().load(models)
        self._finder = None if models.missing([MODEL]) else FaceFinder(models, _SCORE)

    def render(self, work: Work) -> list[Made]:
        """See Function and `RenderingFunction.make`.

        Raises NO_TRACK for what has no picture; MODEL_UNAVAILABLE where faces are asked for that
        neither the analysis nor the service can find; the reason for which nobody read text.
        """
        options = work.options
        assert isinstance(options, ObscureOptions)
        given, pictures = self.pictures_of(work, options)
        hidden = [
            *self._found(work, options, given, pictures),
            *(
                _given(region, options.mode, int(given.media.end * _NS))
                for region in options.regions
            ),
        ]
        edits = Edits(hidden=tuple(hidden))
        if given.media.kind == "image":
            # A picture has no times: everything is there.
            edits = Edits(hidden=tuple(replace(one, start_ns=0, end_ns=0) for one in hidden))
            made = self.picture(work, given, edits, options.image_format)
        else:
            made = self.video(work, options, edits, begun=_SURVEYED)
        return [replace(one, obscured=edits.hidden) for one in made]

    def _found(
        self, work: Work, options: ObscureOptions, given: Input, pictures: Pictures
    ) -> list[Hidden]:
        known = work.known if options.input == _MAIN else Known()
        hidden: list[Hidden] = []
        texts = [one for one in known.followed if one.kind == "text"]
        for target in options.targets:
            if target == "face":
                things = self._faces(work, options, given, pictures, known)
            elif target == "text":
                require_answer(known, _TEXT)
                things = texts
            else:
                require_answer(known, _TEXT)
                require_answer(known, _TRACKS)
                things = plates(texts, known.vehicles)
            hidden += hidden_of(target, things, options.mode, options.grow)
        return hidden

    def _faces(
        self,
        work: Work,
        options: ObscureOptions,
        given: Input,
        pictures: Pictures,
        known: Known,
    ) -> list[Followed]:
        """Return the ways of faces: those of the analysis, and those that are found here."""
        ways = [*known.face_ways, *faces_followed(known.face_boxes)]
        if self._finder is None:
            if dict(known.stages).get(_FACES) != "":
                raise VidereError(
                    Reason.MODEL_UNAVAILABLE,
                    f"faces cannot be found: the model {MODEL} is not installed, and the job's"
                    " analysis did not look for them",
                    metadata={"model": MODEL},
                )
            return ways
        source = FrameSource(given.path, pictures, work.check)
        frames = _looks(pictures, options, given)
        found: list[SeenAt] = []
        for done, item in enumerate(source.read(frames, source.size(max_side=_SIDE)), 1):
            work.progress(_SURVEYED * done / len(frames))
            if item.picture is not None:
                found += self._finder.find(item.picture, pictures.start_ns(item.frame))
        work.spent(source.cpu_seconds, source.decoded)
        return [*ways, *faces_followed(found)]


def _looks(pictures: Pictures, options: ObscureOptions, given: Input) -> list[int]:
    """Return the frames in which faces are looked for."""
    if given.media.kind == "image":
        return [0]
    start, end = within(given, Part(options.input, options.stretch), "task.obscure.range")
    instants = np.arange(int(start * _NS), int(end * _NS), _STEP_NS)
    return sorted({pictures.frame_at(int(ns)) for ns in instants})


def _given(region: Region, mode: str, last: int) -> Hidden:
    ((start, end),) = times_of([region.stretch])
    keys = tuple((_ns(at), box.x, box.y, box.width, box.height) for at, box in region.keys)
    return Hidden("region", mode, keys, start, min(end, max(start, last)))


def _ns(at: Fraction) -> int:
    return int(at * _NS)
