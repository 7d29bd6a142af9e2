"""Reframe: videos and pictures in other shapes, the frame following its subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

import numpy as np

from videre.common.errors import Reason, VidereError, invalid
from videre.common.models import ModelStore
from videre.exports.production_params import ReframeOptions
from videre.exports.production_params.cuts import Part
from videre.exports.production_params.renditions import RenditionOptions
from videre.production.decode import FrameSource
from videre.production.encoding import FORMATS, Encoder
from videre.production.face_detector import MODEL
from videre.production.functions.base import Input, Made, Work, pictures_of
from videre.production.known import Known, Stretch
from videre.production.media_index import Pictures
from videre.production.reframing.face_finder import FaceFinder
from videre.production.reframing.filters import commands, filters
from videre.production.reframing.pictures import framed
from videre.production.reframing.plan import ShotPlan, Window, plan_shot, window_of
from videre.production.reframing.result import Reframing, reframing_of
from videre.production.reframing.survey import Shot, survey
from videre.production.rendering.canvas import Canvas
from videre.production.rendering.command import frame_of
from videre.production.rendering.job import MadeFacts, Segment
from videre.production.rendering.run import RenderingFunction, within
from videre.production.rendering.timeline import (
    FINE,
    frames_of,
    lay_out,
    output_rate,
    wanted_rate,
)

_MAIN: Final = "main"
_NS: Final = 1_000_000_000
_FIELD: Final = "task.reframe.range"
#: Share of the work when the subjects are found.
_SURVEYED: Final = 0.4


class Reframe(RenderingFunction):
    """One file per rendition, in their order."""

    feature = "reframe"
    _finder: FaceFinder | None
    _encoder: Encoder

    def load(self, models: ModelStore) -> None:
        """Find the program; open the detector of faces where its model is installed."""
        super().load(models)
        self._finder = None if models.missing([MODEL]) else FaceFinder(models)
        self._encoder = Encoder()

    def render(self, work: Work) -> list[Made]:
        """See Function and `RenderingFunction.make`. Raises NO_TRACK for what has no picture."""
        options = work.options
        assert isinstance(options, ReframeOptions)
        given = work.input(options.input)
        source = FrameSource(given.path, pictures_of(given), work.check)
        known = work.known if options.input == _MAIN else Known()
        if given.media.kind == "image":
            return self._picture(work, options, source, known)
        part = Part(options.input, options.stretch)
        start, end = within(given, part, _FIELD)
        stretch = Stretch(int(start * _NS), int(-(-end * _NS // 1)))
        shots = survey(
            source, known, stretch, self._finder,
            lambda share: work.progress(share * _SURVEYED), work.folder,
        )  # fmt: skip
        work.spent(source.cpu_seconds, source.decoded)
        return self._video(work, options, given, Segment(0, start, end), shots)

    def _video(
        self,
        work: Work,
        options: ReframeOptions,
        given: Input,
        segment: Segment,
        shots: Sequence[Shot],
    ) -> list[Made]:
        shapes, told = _shapes(work, options, given, segment, shots)
        part = Part(options.input, options.stretch)
        rendering = replace(
            work, progress=lambda share: work.progress(_SURVEYED + (1 - _SURVEYED) * share)
        )
        made = self.make(rendering, [_FIELD], [part], options.renditions, shapes=shapes)
        return [replace(one, reframing=how) for one, how in zip(made, told, strict=True)]

    def _picture(
        self, work: Work, options: ReframeOptions, source: FrameSource, known: Known
    ) -> list[Made]:
        if options.ranged:
            raise invalid(_FIELD, "a picture has no stretches", limit="no range", actual="a range")
        pictures = source.pictures
        whole = Stretch(0, max(1, pictures.end_ns))
        shots = survey(source, known, whole, self._finder, work.progress, work.folder)[:1]
        shots = [replace(one, stretch=whole) for one in shots]
        item = next(iter(source.read([0], (pictures.width, pictures.height))), None)
        work.spent(source.cpu_seconds, source.decoded)
        if item is None or item.picture is None:
            raise VidereError(Reason.DECODE_FAILED, "the picture cannot be decoded")
        made = []
        for one in options.renditions:
            window, size = _shape(pictures, one)
            plans = _plans(shots, window, options.fallback)
            shown = framed(item.picture, plans[0], window, size, options.fallback)
            form = FORMATS[options.image_format]
            file = f"{one.name}.{form.suffix}"
            made.append(
                Made(
                    name=file,
                    role="picture",
                    media_type=form.media_type,
                    data=self._encoder.encode(shown, form),
                    facts=MadeFacts(file, 0, shown.shape[1], shown.shape[0], frames=1),
                    reframing=reframing_of(
                        plans, window, pictures.width, pictures.height, np.array([0], np.int64)
                    ),
                )
            )
            work.check()
        return made


def _shapes(
    work: Work,
    options: ReframeOptions,
    given: Input,
    segment: Segment,
    shots: Sequence[Shot],
) -> tuple[list[str], list[Reframing]]:
    """Return the filters of each rendition, whose commands are written, and what is told of it."""
    pictures = given.media.pictures
    assert pictures is not None
    rate = output_rate([segment], [given.media], wanted_rate(options.renditions))
    frames = [
        shown
        for cut in lay_out([segment], [given.media], rate)
        for shown in frames_of(cut, pictures, rate)
    ]
    base = 1 / rate if rate is not None else Fraction(1, FINE)
    ns = np.unique([pictures.start_ns(one.frame) for one in frames]).astype(np.int64)
    shapes: list[str] = []
    told: list[Reframing] = []
    for number, one in enumerate(options.renditions):
        window, size = _shape(pictures, one)
        plans = _plans(shots, window, options.fallback)
        told.append(reframing_of(plans, window, pictures.width, pictures.height, ns))
        name = f".{one.name}.commands"
        lines = commands(plans, window, pictures, frames, base, number)
        (work.folder / name).write_text(lines, encoding="ascii")
        shapes.append(filters(plans, window, size, options.fallback, name, number))
        work.check()
    return shapes, told


def _shape(pictures: Pictures, one: RenditionOptions) -> tuple[Window, tuple[int, int]]:
    """Return an output's window in the picture, and its frame."""
    width, height = frame_of(Canvas(pictures.width, pictures.height, ""), one)
    aspect = one.aspect if one.aspect is not None else Fraction(width, height)
    return window_of(pictures.width, pictures.height, aspect), (width, height)


def _plans(shots: Sequence[Shot], window: Window, fallback: str) -> list[ShotPlan]:
    return [plan_shot(one.stretch, one.subject, one.source, window, fallback) for one in shots]
