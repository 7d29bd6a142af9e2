"""Captions: what is said, or written under the picture, as SubRip or WebVTT."""

from __future__ import annotations

from typing import Final

from videre.common.engine import EngineSpec, Tier
from videre.common.models import ModelStore
from videre.exports.ass import to_ass
from videre.exports.cues import Cue
from videre.exports.production_params import CaptionsOptions
from videre.exports.srt import to_srt
from videre.exports.vtt import to_vtt
from videre.production.caption_lines import by_language, wanted_lines
from videre.production.cue_layout import picture_cues, speech_cues
from videre.production.functions.base import Made, Work, require_answer
from videre.production.known import Known
from videre.v1 import production_pb2

SPEC: Final = EngineSpec(
    feature="captions",
    name="captions",
    version="1",
    tier=Tier.BUNDLED,
    licence="none (no model)",
    cpu_seconds_per_item=0.001,
)

_SPEECH, _TEXT = "speech", "text"


class Captions:
    """`captions.srt`, `.vtt` or `.ass`, or such a file per language; the media is not looked at."""

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def render(self, work: Work) -> list[Made]:
        """See Function.

        Raises the reason for which nobody listened or read (NO_TRACK, NOT_REQUESTED, NO_ENGINE,
        SPEECH_NOT_UNDERSTOOD …): an empty file says that there was nothing to hear.
        """
        options = work.options
        assert isinstance(options, CaptionsOptions)
        limit = options.max_line_length
        if options.source != production_pb2.CAPTION_SOURCE_PICTURE:
            made = {"": known_cues(work.known, options.source, limit)}
        else:
            require_answer(work.known, _TEXT)
            lines = wanted_lines(
                work.known.lines, options.region, options.languages, main=options.main_track
            )
            files = by_language(lines, options.languages) if options.split else {"": lines}
            made = {name: picture_cues(some, limit) for name, some in files.items()}
        work.progress(1.0)
        return [_file(name, cues, options) for name, cues in made.items()]


def _file(language: str, cues: list[Cue], options: CaptionsOptions) -> Made:
    name = f"captions-{language}" if language else "captions"
    if options.format == production_pb2.CAPTION_FORMAT_VTT:
        return Made(f"{name}.vtt", "captions", "text/vtt", to_vtt(cues))
    if options.format == production_pb2.CAPTION_FORMAT_ASS:
        return Made(f"{name}.ass", "captions", "text/x-ssa", to_ass(cues, options.prefix))
    data = to_srt(cues, options.prefix)
    return Made(f"{name}.srt", "captions", "application/x-subrip", data)


def known_cues(
    known: Known, source: production_pb2.CaptionSource.ValueType, limit: int
) -> list[Cue]:
    """Return what the analysis heard or read as captions.

    Args:
        known: what the analysis knows.
        source: SPEECH or PICTURE.
        limit: columns of a line.

    Raises:
        VidereError: the reason for which nobody listened or read.
    """
    if source == production_pb2.CAPTION_SOURCE_PICTURE:
        require_answer(known, _TEXT)
        return picture_cues(wanted_lines(known.lines, None, (), main=False), limit)
    require_answer(known, _SPEECH)
    return speech_cues(known.utterances, limit)
