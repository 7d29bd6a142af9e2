"""The renderer's command lines for outputs that are made in chunks: the same words again. Pure.

Each chunk is a file of its rendition's own kind, its pictures alone. At the end they are put one
behind the other as they are, beside the sound, which is encoded once.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from videre.exports.production_params.renditions import RenditionOptions
from videre.production.rendering.canvas import Canvas
from videre.production.rendering.chunks import chunk_file, list_file
from videre.production.rendering.command import (
    EXACT,
    MUXERS,
    QUIET,
    READ,
    audio_words,
    file_name,
    shape_steps,
    stated,
    video_words,
)

_US: Final = 1_000_000


def shown_of(renditions: Sequence[RenditionOptions]) -> list[int]:
    """Return the places of the renditions that have pictures."""
    return [place for place, one in enumerate(renditions) if one.preset.video]


def chunk_command(
    program: str,
    renditions: Sequence[RenditionOptions],
    *,
    canvas: Canvas,
    rate: Fraction | None,
    shapes: Sequence[str],
    tick: int,
    base: Fraction,
    number: int,
) -> list[str]:
    """Return the words of a command that encodes the pictures of one chunk.

    Args:
        program: path of ffmpeg.
        renditions: what is made.
        canvas: the frames that come in, counted from the chunk's first one.
        rate: of the frames that come in; None = it varies.
        shapes: filters that give each rendition its shape; empty = its `fit` does.
        tick: of the output at which the chunk begins.
        base: seconds a tick.
        number: of the chunk.
    """
    places = shown_of(renditions)
    chains = [stated(canvas, "", len(places))]
    for outlet, place in enumerate(places):
        steps = shape_steps(canvas, renditions[place], shapes[place] if shapes else "")
        if shapes and tick:  # what moves in it is told by the clock of the whole output
            unit = f"settb={base.numerator}/{base.denominator}"
            steps = [unit, f"setpts=PTS+{tick}", steps[0], unit, f"setpts=PTS-{tick}", *steps[1:]]
        chains.append(f"[s{outlet}]{','.join(steps) or 'null'}[v{outlet}]")
    words = [program, *QUIET, *READ, "-f", "nut", "-i", "pipe:0"]
    words += ["-filter_complex_threads", "1", "-filter_complex", ";".join(chains)]
    for outlet, place in enumerate(places):
        one = renditions[place]
        words += ["-map", f"[v{outlet}]", *video_words(one, canvas, rate)]
        words += [*EXACT, *MUXERS[one.preset.suffix][:2], chunk_file(number, place, one)]
    return words


def joining_command(
    program: str,
    renditions: Sequence[RenditionOptions],
    *,
    offset: Fraction,
    channels: int,
    sound: str,
) -> list[str]:
    """Return the words of a command that puts chunks together, and sound beside them.

    Args:
        program: path of ffmpeg.
        renditions: what is made.
        offset: instant at which the first chunk is shown, seconds.
        channels: of the sound that comes in; 0 = no sound.
        sound: filters that the sound goes through.
    """
    places = shown_of(renditions)
    words = [program, *QUIET]
    words += [*READ, "-f", "nut", "-i", "pipe:0"] if channels else []
    us = round(offset * _US)
    late = ["-itsoffset", f"{us // _US}.{us % _US:06}"] if us else []
    for place in places:
        # Encoders begin each chunk with the same words: nothing has to be converted.
        words += [*READ, *late, "-f", "concat", "-auto_convert", "0", "-i", list_file(place)]
    first = 1 if channels else 0
    for place, one in enumerate(renditions):
        if place in places:
            words += ["-map", f"{first + places.index(place)}:v", "-c:v", "copy"]
            words += ["-tag:v", "hvc1"] if one.preset.video == "libx265" else []
        if channels and one.with_sound:
            words += ["-map", "0:a", *audio_words(one, channels, sound)]
        words += [*EXACT, *MUXERS[one.preset.suffix], file_name(one)]
    return words
