"""Words or stretches of an input covered by a tone or by silence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from videre.exports.production_params import BleepOptions
from videre.exports.production_params.cuts import Part
from videre.production.functions.base import Input, Made, Work, require_answer
from videre.production.functions.trim_silence import fitting_output
from videre.production.rendering.run import RenderingFunction, within
from videre.production.rendering.samples import require_sound
from videre.production.rendering.sound_edits import SoundEdits
from videre.production.spoken_words import Found, find_words, joined

_NS: Final = 1_000_000_000
_FIELD: Final = "task.bleep"


class Bleep(RenderingFunction):
    """The input with its sound covered, and `bleeps.json`."""

    feature = "bleep"

    def render(self, work: Work) -> list[Made]:
        """See Function.

        Raises NO_TRACK, FIELD_INVALID for a stretch behind the input's end, and the reason for
        which nobody listened, where words are asked for.
        """
        options = work.options
        assert isinstance(options, BleepOptions)
        if options.words:
            require_answer(work.known, "speech")
        given = work.input(options.input)
        require_sound(given)
        said = find_words(work.known.utterances, options.words)
        spans = _spans(given, options, said)
        edits = SoundEdits(covered=spans, tone_hz=options.tone_hz)
        whole = Part(options.input, options.stretch)
        output = fitting_output(given, options.output)
        made = self.make(work, [f"{_FIELD}.range"], [whole], [output], sound_edits=edits)
        return [*made, Made("bleeps.json", "bleeps", "application/json", _list(spans, said))]


def _spans(
    given: Input, options: BleepOptions, said: Sequence[Found]
) -> tuple[tuple[float, float], ...]:
    """Return what is covered, seconds of the input."""
    stretches = [
        (Fraction(one.stretch.start_ns, _NS), Fraction(one.stretch.end_ns, _NS)) for one in said
    ]
    for place, stretch in enumerate(options.ranges):
        where = f"{_FIELD}.ranges[{place}]"
        stretches.append(within(given, Part(options.input, stretch), where))
    end = given.media.end
    return joined(
        [
            (float(max(Fraction(0), a - options.margin)), float(min(end, b + options.margin)))
            for a, b in stretches
        ]
    )


def _list(spans: Sequence[tuple[float, float]], said: Sequence[Found]) -> bytes:
    """Return what was covered, and which words were found in it."""
    bleeps = [
        {
            "start": round(start, 6),
            "end": round(end, 6),
            "words": sorted(
                {one.phrase for one in said if start <= one.stretch.start_ns / _NS < end}
            ),
        }
        for start, end in spans
    ]
    return json.dumps({"bleeps": bleeps}, ensure_ascii=False, indent=1).encode() + b"\n"
