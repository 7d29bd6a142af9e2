"""Moments that were found, written as an edit."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import typer

from videre.cli.console import err
from videre.cli.production_words import rate_of
from videre.exports.moment_edit import FoundClip, joined, to_edl, to_otio
from videre.exports.subject import NotCarriedError
from videre.v1 import search_pb2 as pb


def write_edit(media: Iterable[pb.FoundMedia], name: str, path: Path, rate: str) -> None:
    """Write moments as .otio or .edl, by the name of the file, and say so.

    Raises:
        typer.BadParameter: another name, no moment with times, or a rate that is none.
    """
    clips = joined(_clips(media))
    if not clips:
        raise typer.BadParameter("nothing was found that has times: there is nothing to edit")
    match path.suffix.lower():
        case ".otio":
            data = to_otio(name, clips)
        case ".edl":
            data = _edl(name, clips, rate)
        case other:
            raise typer.BadParameter(f"{path}: {other or 'no ending'} is neither .otio nor .edl")
    path.write_bytes(data)
    seconds = sum(one.end_ns - one.start_ns for one in clips) / 1e9
    words = f"wrote {path}: {len(clips)} clips, {seconds:.1f} s"
    err().print(words, markup=False, soft_wrap=True)


def _edl(name: str, clips: tuple[FoundClip, ...], rate: str) -> bytes:
    given = rate_of(rate)
    try:
        return to_edl(name, clips, Fraction(given.rate_numerator, given.rate_denominator))
    except NotCarriedError as error:
        raise typer.BadParameter(str(error)) from error


def _clips(media: Iterable[pb.FoundMedia]) -> Iterable[FoundClip]:
    for one in media:
        for moment in one.moments:
            span = moment.span
            start, end = span.start_offset.ToNanoseconds(), span.end_offset.ToNanoseconds()
            if not moment.whole and end > start:
                yield FoundClip(one.media_id, one.title or one.media_id, start, end)
