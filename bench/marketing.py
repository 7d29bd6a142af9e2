"""Marketing copy of films: whether each claim cites evidence, what is shown, how long it is.

The sample, films of the media folder that are 9 s long or more, and films made of pieces of those
there are, with read sentences over them, are analysed by the whole suite. Copy is written of each
in English and Chinese by templates, for three fifths of its length (5 to 30 s), and checked against
the public analysis alone; what is said is measured with the program that says it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import av
from google.protobuf.message import Message

from bench.constructed.montage import montages
from bench.harness import Outcome, analyse, fresh_suite
from bench.options import Options
from videre.cli.demo_run import find_sample
from videre.cli.evaluation.figures import Measured
from videre.client import AsyncVidere, FailedPrecondition
from videre.common.errors import VidereError
from videre.exports.speech_script import read_script
from videre.production.speaking.alignment import trimmed
from videre.production.speaking.voice import Speaker, Tone, find_speaker
from videre.v1 import analysis_pb2, types_pb2
from videre.v1 import marketing_pb2 as pb

_PATIENCE_S: Final = 3_600.0
_QUICK_FILMS: Final = 3
#: Films made of pieces; with those of the media folder there is copy of twenty.
_MONTAGES: Final = 13
_SHORTEST_PIECE_S: Final = 3.0
_SUFFIXES: Final = (".mp4", ".mkv", ".avi", ".mov", ".webm")
#: A script has 5 s at least, and shots are not shown from end to end.
_SHORTEST_S: Final = 9.0
_SHARE, _LEAST_S, _MOST_S = 0.6, 5, 30
_NS: Final = 1_000_000_000
_GIVEN: Final = ("metadata/title", "metadata/description")


@dataclass(slots=True)
class _Counts:
    """What was checked, and what of it is right."""

    films: set[str] = field(default_factory=set)
    copies: int = 0
    scripts: int = 0
    refused: int = 0
    claims: int = 0
    cited: int = 0
    clips: int = 0
    inside: int = 0
    unsafe: int = 0
    off: list[float] = field(default_factory=list)
    said: int = 0
    fitting: int = 0


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Analyse films, write copy of each, check it."""
    folder = options.media_folder()
    with tempfile.TemporaryDirectory(prefix="videre-bench-") as made:
        films = _films(folder, Path(made), quick=options.quick)
        counts, outcomes = asyncio.run(_measure(films, tell))
    what = f"{len(counts.films)} films, {counts.copies} copies"
    refused = f"{counts.refused} copies refused: too little is known, or can be shown"
    scripts = f"{counts.scripts} scripts; {refused}"
    return [
        Measured("films with copy", len(counts.films), "", what),
        Measured("claims that cite existing evidence", _share(counts.cited, counts.claims), "",
                 f"{counts.claims} claims, {what}"),
        Measured("script's length beside the asked one", max(counts.off, default=None), "",
                 scripts),
        Measured("clips inside the film and one shot", _share(counts.inside, counts.clips), "",
                 f"{counts.clips} clips"),
        Measured("clips on what a verdict objects to", counts.unsafe, "", f"{counts.clips} clips"),
        Measured("voice-over inside its clip", _share(counts.fitting, counts.said), "",
                 f"{counts.said} lines by eSpeak NG"),
    ], outcomes  # fmt: skip


def _films(media: Path, made: Path, *, quick: bool) -> list[Path]:
    """Return the films, the shortest first; those that are none of the media are made."""
    found = sorted(path for path in media.rglob("*") if path.suffix in _SUFFIXES)
    lengths = {path: _film_s(path) for path in (find_sample(), *found)}
    films = sorted(
        (path for path, length in lengths.items() if length >= _SHORTEST_S), key=lengths.__getitem__
    )
    if quick:
        return films[:_QUICK_FILMS]
    clips = [
        path for path in found
        if path.parent == media / "video" and lengths[path] >= _SHORTEST_PIECE_S
    ]  # fmt: skip
    sentences = sorted((media / "speech_en").glob("LJ*.wav"))
    return films + montages(made, clips, sentences, _MONTAGES)


def _film_s(path: Path) -> float:
    """Return the length of a file as its container tells it; 0 where it tells none."""
    try:
        with av.open(str(path)) as container:
            return (container.duration or 0) / av.time_base
    except av.FFmpegError:
        return 0.0


def _share(right: int, all_of_them: int) -> float | None:
    return right / all_of_them if all_of_them else None


async def _measure(
    films: Sequence[Path], tell: Callable[[str], None]
) -> tuple[_Counts, list[Outcome]]:
    counts = _Counts()
    try:
        speaker: Speaker | None = find_speaker(None)
    except VidereError as error:
        tell(f"nothing is said: {error}")
        speaker = None
    async with fresh_suite() as client:
        outcomes = await analyse(client, films, patience_s=_PATIENCE_S, tell=tell)
        for outcome in outcomes:
            for language in ("en", "zh") if not outcome.error else ():
                await _check(client, outcome, language, counts, speaker, tell)
    return counts, outcomes


async def _check(
    client: AsyncVidere,
    outcome: Outcome,
    language: str,
    counts: _Counts,
    speaker: Speaker | None,
    tell: Callable[[str], None],
) -> None:
    """Write a copy of a film and count what is right in it."""
    analysis = outcome.analysis
    film_s = _seconds(analysis.media_info.duration)
    asked = min(_MOST_S, max(_LEAST_S, int(_SHARE * film_s)))
    request = pb.WriteMarketingCopyRequest(
        media_id=outcome.job.media_id, language_codes=[language],
        engine=pb.MARKETING_ENGINE_TEMPLATES,
    )  # fmt: skip
    request.length.FromSeconds(asked)
    try:
        answer = await client.marketing.write(request)
    except FailedPrecondition as error:
        tell(f"{outcome.path.name} {language}: {error}")
        counts.refused += 1
        return
    (copy,) = answer.copies
    counts.films.add(outcome.path.name)
    counts.copies += 1
    known = {*_evidence(analysis), *_GIVEN}
    for claim in _claims(copy):
        counts.claims += 1
        counts.cited += bool(claim.evidence_ids) and set(claim.evidence_ids) <= known
    if copy.script:
        counts.scripts += 1
        total = sum(_length(shot.clip) for shot in copy.script)
        counts.off.append(abs(total - asked) / asked)
    unsafe = list(_unsafe(analysis))
    for shot in copy.script:
        counts.clips += 1
        whole = analysis.shots[shot.shot_index].span
        counts.inside += _within(shot.clip, whole) and _end(shot.clip) <= film_s
        counts.unsafe += any(_overlap(shot.clip, one) for one in unsafe)
        if speaker is not None and shot.HasField("voice_over"):
            counts.said += 1
            text = shot.voice_over.text
            counts.fitting += _said_s(speaker, text, language) <= _length(shot.clip)


def _claims(copy: pb.MarketingCopy) -> Iterator[pb.MarketingClaim]:
    yield from copy.titles
    yield from copy.hashtags
    yield from (one.claim for one in copy.highlights)
    yield from (one.voice_over for one in copy.script if one.HasField("voice_over"))
    if copy.HasField("hook"):
        yield copy.hook


def _evidence(message: Any) -> Iterator[str]:
    """Yield the ids of all evidence that a message names."""
    if isinstance(message, types_pb2.EvidenceRef):
        yield message.evidence_id
        return
    for item, value in message.ListFields():
        # Maps iterate over their keys, which hold no evidence.
        for one in value if item.is_repeated else (value,):
            if isinstance(one, Message):
                yield from _evidence(one)


def _unsafe(analysis: analysis_pb2.Analysis) -> Iterator[types_pb2.TimeSpan]:
    for group in analysis.verdict.groups:
        for segment in group.segments:
            if segment.suggestion != analysis_pb2.SUGGESTION_PASS:
                yield segment.span


def _said_s(speaker: Speaker, text: str, language: str) -> float:
    """Return how long a text is said, without the pause behind it."""
    clauses = [clause for clause in read_script(text) if clause.words]
    total = sum(clause.pause_ms for clause in clauses[:-1]) / 1_000
    for clause in clauses:
        samples, rate = speaker.say(clause.text, Tone(language))
        total += len(trimmed(samples, rate)) / rate
    return total


def _seconds(duration: Any) -> float:
    return float(duration.ToNanoseconds()) / _NS


def _length(span: types_pb2.TimeSpan) -> float:
    return _end(span) - _seconds(span.start_offset)


def _end(span: types_pb2.TimeSpan) -> float:
    return _seconds(span.end_offset)


def _within(span: types_pb2.TimeSpan, whole: types_pb2.TimeSpan) -> bool:
    return _seconds(whole.start_offset) <= _seconds(span.start_offset) and _end(span) <= _end(whole)


def _overlap(span: types_pb2.TimeSpan, other: types_pb2.TimeSpan) -> bool:
    return _seconds(span.start_offset) < _end(other) and _seconds(other.start_offset) < _end(span)
