"""Captions: what is said, or written under the picture, as SubRip or WebVTT."""

from __future__ import annotations

from typing import Final

from videre.common.engine import EngineSpec, Tier
from videre.common.models import ModelStore
from videre.exports.cues import Cue
from videre.exports.production_params import CaptionsOptions
from videre.exports.srt import to_srt
from videre.exports.vtt import to_vtt
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
    """`captions.srt` or `captions.vtt`. Looks at the analysis only, never at the media."""

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
        cues = known_cues(work.known, options.source, options.max_line_length)
        work.progress(1.0)
        if options.format == production_pb2.CAPTION_FORMAT_VTT:
            return [Made("captions.vtt", "captions", "text/vtt", to_vtt(cues))]
        return [Made("captions.srt", "captions", "application/x-subrip", to_srt(cues))]


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
        return picture_cues(known.subtitles, limit)
    require_answer(known, _SPEECH)
    return speech_cues(known.utterances, limit)
