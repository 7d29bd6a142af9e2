"""An input without its silence."""

from __future__ import annotations

from typing import Final

from videre.common.errors import invalid
from videre.exports.production_params import TrimSilenceOptions
from videre.exports.production_params.cuts import Part
from videre.exports.production_params.presets import DEFAULT_PRESET
from videre.exports.production_params.renditions import RenditionOptions
from videre.exports.production_params.sound import SOUND_PRESET, output_of
from videre.exports.production_params.times import Stretch
from videre.production.functions.base import Input, Made, Work
from videre.production.rendering.run import RenderingFunction, within
from videre.production.rendering.samples import read_samples, require_sound
from videre.production.silence import kept, levels, silences
from videre.v1 import production_pb2 as pb

#: Samples a second by which silence is found.
_RATE: Final = 16_000
_FIELD: Final = "task.trim_silence"
#: Share of the work when silence has been found.
_FOUND: Final = 0.2


class TrimSilence(RenderingFunction):
    """One file."""

    feature = "trim_silence"

    def render(self, work: Work) -> list[Made]:
        """See Function. Raises NO_TRACK, and FIELD_INVALID where nothing but silence is there."""
        options = work.options
        assert isinstance(options, TrimSilenceOptions)
        given = work.input(options.input)
        require_sound(given)
        begin, end = within(given, Part(options.input, options.stretch), f"{_FIELD}.range")
        samples = read_samples(
            work, given, rate=_RATE, channels=1, span=(begin, end),
            share=lambda share: work.progress(share * _FOUND),
        )  # fmt: skip
        silent = silences(levels(samples, _RATE), options.threshold_db, end - begin)
        parts = kept(
            silent, end - begin, options.shortest, options.margin, ends_only=options.ends_only
        )
        if not parts:
            words, limit = "all of the sound is below it", "the sound's level"
            actual = f"{options.threshold_db:g} dB"
            raise invalid(f"{_FIELD}.threshold_db", words, limit=limit, actual=actual)
        cuts = [Part(options.input, Stretch(begin + a, begin + b)) for a, b in parts]
        output = fitting_output(given, options.output)
        return self.make(work, [f"{_FIELD}.range"] * len(cuts), cuts, [output])


def fitting_output(given: Input, output: pb.Rendition) -> RenditionOptions:
    """Return an output whose preset, where none is asked for, has what the input has."""
    seen = given.media.pictures is not None
    return output_of(output, DEFAULT_PRESET if seen else SOUND_PRESET)
