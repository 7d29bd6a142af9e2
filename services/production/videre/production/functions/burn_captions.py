"""Burned-in captions: what was heard or read, a subtitle file, or given cues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from videre.common.errors import Reason, VidereError, invalid
from videre.common.models import ModelStore
from videre.exports.cues import Cue, one_line
from videre.exports.production_params import BurnCaptionsOptions
from videre.exports.subtitles import READERS, text_of
from videre.production.functions.base import Made, Work
from videre.production.functions.captions import known_cues
from videre.production.functions.retouching import RetouchingFunction
from videre.production.retouching.edits import Caption, Captions, Edits
from videre.production.retouching.fonts import Font, find_font, require_glyphs

_FIELD: Final = "task.burn_captions"
_SMALLEST: Final = 8


class BurnCaptions(RetouchingFunction):
    """See RetouchingFunction; pictures are refused, they have no time."""

    feature = "burn_captions"
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
        """See Function and `RenderingFunction.make`.

        Raises NO_TRACK for what has no moving pictures, FIELD_INVALID for a file without captions
        and for characters that no font has, and the reason for which nobody listened or read.
        """
        options = work.options
        assert isinstance(options, BurnCaptionsOptions)
        _, pictures = self.pictures_of(work, options)
        field, cues = self._cues(work, options)
        require_glyphs(self._font, (line for cue in cues for line in cue.lines), field)
        edits = Edits(
            captions=Captions(
                font=self._font.path,
                cues=tuple(
                    Caption(cue.start_ns, cue.end_ns, cue.lines)
                    for cue in sorted(cues, key=lambda one: one.start_ns)
                ),
                line_height=max(_SMALLEST, round(options.size * pictures.height)),
                bottom=round(options.margin * pictures.height),
                boxed=options.boxed,
            )
        )
        made = self.video(work, options, edits)
        return [replace(one, font=self._font.name) for one in made]

    def _cues(self, work: Work, options: BurnCaptionsOptions) -> tuple[str, Sequence[Cue]]:
        """Return the field that the captions come from, and the captions."""
        if options.file:
            return f"{_FIELD}.file", _read(work, options.file)
        if options.track:
            return f"{_FIELD}.track", options.track
        assert options.source is not None
        cues = known_cues(work.known, options.source, options.max_line_length)
        return f"{_FIELD}.source", cues


def _read(work: Work, name: str) -> list[Cue]:
    given = work.input(name)
    reader = READERS.get(given.media.container)
    if reader is None:
        raise invalid(
            f"{_FIELD}.file",
            "is no subtitle file",
            limit=", ".join(READERS),
            actual=given.media.container,
        )
    timed = reader(text_of(given.path.read_bytes()).splitlines())
    cues = [
        Cue(start, end, tuple(one_line(line) for line in text.split("\n") if line.strip()))
        for text, start, end in timed
        if text.strip() and end > start
    ]
    if not cues:
        raise VidereError(
            Reason.FIELD_INVALID,
            f"{_FIELD}.file: {name!r} holds no captions",
            metadata={"field": f"{_FIELD}.file", "limit": "captions", "actual": "none"},
        )
    return cues
