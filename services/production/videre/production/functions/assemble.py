"""A timeline of clips, dissolves, titles and sounds as one film."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np

from videre.common.errors import Reason, VidereError, invalid
from videre.common.models import ModelStore
from videre.exports.assembly import Placed, Title
from videre.exports.production_params import AssembleOptions
from videre.production.functions.base import Input, Made, Work
from videre.production.rendering.assembly_job import (
    AssemblyJob,
    Heard,
    HeardTrack,
    Overlay,
    Shot,
)
from videre.production.rendering.job import Mix, Segment
from videre.production.rendering.run import RenderingFunction, tracks
from videre.production.retouching.drawing import drawn
from videre.production.retouching.fonts import Font, find_font, require_glyphs
from videre.production.retouching.marks import fitted_mark, placed_mark

_FIELD: Final = "task.assemble.timeline"
#: Room between titles and edges, share of the frame's shorter side.
_MARGIN: Final = 0.06
_SMALLEST: Final = 6


class Assemble(RenderingFunction):
    """One file per rendition, in their order."""

    feature = "assemble"
    _font: Font

    def __init__(self, ffmpeg: Path | None, font: Path | None) -> None:
        """Take the paths of the program and of a font; None = the packaged ones."""
        super().__init__(ffmpeg)
        self._named = font

    def load(self, models: ModelStore) -> None:
        """Find the program and the font."""
        super().load(models)
        self._font = find_font(self._named)

    def render(self, work: Work) -> list[Made]:
        """See Function and `RenderingFunction.encode`.

        Raises NO_TRACK where a clip's input lacks what its track shows or plays, FIELD_INVALID
        where it is shorter than the clip, and for characters that no font has.
        """
        options = work.options
        assert isinstance(options, AssembleOptions)
        assembly = options.assembly
        names = list(dict.fromkeys(options.inputs.values()))
        inputs = {name: work.input(name) for name in names}
        numbers = {url: names.index(name) for url, name in options.inputs.items()}
        of_url = {url: inputs[name] for url, name in options.inputs.items()}
        for one in assembly.shots:
            _require(one, of_url, sound=False)
        heard = [(one.role, one.sounds) for one in assembly.tracks]
        for _, sounds in heard:
            for one in sounds:
                _require(one, of_url, sound=True)
        if not heard:
            heard = [("voice", _own_sound(assembly.shots, of_url))]
        picture, sound = tracks(list(inputs.values()), options.renditions)
        titles = assembly.titles if picture else ()
        require_glyphs(self._font, (line for one in titles for line in one.lines), _FIELD)
        job = AssemblyJob(
            length=assembly.length,
            rate=assembly.rate,
            shots=tuple(_shot(one, numbers) for one in assembly.shots),
            overlays=tuple(self._overlays(work, titles, assembly.shots, of_url)),
            tracks=tuple(
                HeardTrack(role, tuple(_heard(one, numbers) for one in sounds))
                for role, sounds in heard
                if sounds
            ),
        )
        mixed = len(job.tracks) > 1 and any(one.with_sound for one in options.renditions)
        segments = tuple(
            Segment(numbers[one.url], one.start, one.start + one.end - one.begin)
            for one in (*assembly.shots, *(one for _, sounds in heard for one in sounds))
            if one.url
        )
        made = self.encode(
            work, inputs, segments, options.renditions, picture=picture and bool(assembly.shots),
            sound=sound and bool(job.tracks), assembly=job,
            mix=Mix((), options.loudness, options.true_peak, options.duck_db) if mixed else None,
        )  # fmt: skip
        return [replace(one, font=self._font.name) for one in made] if titles else made

    def _overlays(
        self,
        work: Work,
        titles: Sequence[Title],
        shots: Sequence[Placed],
        of_url: Mapping[str, Input],
    ) -> list[Overlay]:
        """Return titles drawn for the frame of the first clip."""
        if not titles:
            return []
        shown = [of_url[one.url].media.pictures for one in shots if one.url]
        if not shown or shown[0] is None:
            raise invalid(
                _FIELD, "titles need a clip whose frame they have", limit="a clip", actual="none"
            )
        frame = shown[0].width, shown[0].height
        margin = round(_MARGIN * min(frame))
        face = self._font.open()
        made = []
        for number, one in enumerate(titles):
            height = max(_SMALLEST, round(one.size * frame[1]))
            picture = drawn(face, one.lines, height, boxed=False)
            size = picture.shape[1], picture.shape[0]
            fitting = fitted_mark(size, size[0], frame, margin)
            if fitting != size:
                smaller = max(_SMALLEST, height * fitting[0] // size[0])
                picture = drawn(face, one.lines, smaller, boxed=False)
                size = picture.shape[1], picture.shape[0]
            file = work.folder / f".title-{number}.npy"
            np.save(file, picture)
            left, top = placed_mark(size, frame, one.anchor, margin)
            made.append(Overlay(str(file), left, top, one.begin, one.end, one.rise, one.fall))
        return made


def _require(one: Placed, of_url: Mapping[str, Input], *, sound: bool) -> None:
    """Refuse a clip whose input cannot give it."""
    if not one.url:
        return
    given = of_url[one.url]
    media = given.media
    if (media.sound if sound else media.pictures) is None or media.kind == "image":
        track = "sound" if sound else "picture"
        raise VidereError(
            Reason.NO_TRACK,
            f"{_FIELD}.{one.place}: input {given.name!r} has no {track} that could be played",
            metadata={"input": given.name, "track": track},
        )
    end = one.start + one.end - one.begin
    # A clip may end with a frame that the media's rate rounds to lie a little behind it.
    if end > media.end + Fraction(1, 10):
        words = f"needs input {given.name!r} until {float(end):g} s, dissolves included"
        raise invalid(
            f"{_FIELD}.{one.place}",
            words,
            limit=f"{float(media.end):g} s",
            actual=f"{float(end):g} s",
        )


def _own_sound(shots: Sequence[Placed], of_url: Mapping[str, Input]) -> tuple[Placed, ...]:
    """Return the sound of the pictures themselves: it comes and goes with them."""
    return tuple(one for one in shots if one.url and of_url[one.url].media.sound is not None)


def _shot(one: Placed, numbers: Mapping[str, int]) -> Shot:
    return Shot(numbers.get(one.url), one.start, one.begin, one.end, one.rise)


def _heard(one: Placed, numbers: Mapping[str, int]) -> Heard:
    return Heard(numbers[one.url], one.start, one.begin, one.end, one.rise, one.fall, one.gain_db)
