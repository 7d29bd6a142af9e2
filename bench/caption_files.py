"""Subtitles in the picture against the files made of them: text, times, what is not there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bench.constructed.media import backgrounds
from bench.constructed.subtitled import Shown, Subtitled, seconds, subtitled_films
from bench.harness import Outcome
from bench.options import Options
from bench.producing import workshop
from bench.read_films import ReadFilm, make_read
from bench.truth import load_set
from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.texts import distance, folded
from videre.exports.subtitles import READERS, Timed, text_of
from videre.v1 import production_pb2 as pb

_TASK: Final = pb.ProductionTask(captions=pb.CaptionsParams(source=pb.CAPTION_SOURCE_PICTURE))
_NS: Final = 1_000_000_000
#: Share of a cue's time that must lie in a subtitle's for it to be that subtitle.
_MEETS: Final = 0.5
#: Share of a subtitle's letters that may be wrong for its times to count.
_READ: Final = 0.34


@dataclass(frozen=True, slots=True)
class _Scored:
    """What a file shows of one film: wrong letters, all letters, errors of times in seconds."""

    film: Subtitled
    wrong: int
    letters: int
    late: tuple[float, ...]
    phantoms: int
    cases: tuple[Case, ...]
    cpu: float


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Read subtitles of constructed films and compare with what was written."""
    with workshop() as (_, folder):
        return caption_files(options.media_folder(), folder, tell, quick=options.quick), []


def caption_files(
    media: Path, folder: Path, tell: Callable[[str], None], *, quick: bool
) -> list[Measured]:
    """Write films with subtitles, read them, and compare."""
    clips = backgrounds(load_set(media))
    films = subtitled_films(clips, folder, quick=quick) if clips else []
    read = make_read([(film.path, _TASK) for film in films], tell)
    scored = [_score(film, made) for film, made in zip(films, read, strict=True)]
    hard = [one for one in scored if one.film.kind == "hard"]
    rates = {
        "plain": [one for one in scored if one.film.kind == "plain"],
        **{f"hard, {code}": [o for o in hard if o.film.language == code] for code in ("zh", "en")},
    }
    late = [abs(error) for one in scored for error in one.late]
    cues = sum(len(one.film.shown) for one in scored)
    how = f"{cues} subtitles of {len(scored)} films at 720p"
    fast = [seconds(one.film.frames) / one.cpu for one in scored]
    return [
        *(_rate(f"captions: CER, {name}", some) for name, some in rates.items()),
        Measured("captions: error of times, mean", float(np.mean(late)) * 1_000 if late else None,
                 "ms", f"largest {max(late, default=0) * 1_000:.0f} ms; {how}"),
        Measured("captions: phantom cues", sum(one.phantoms for one in scored) if scored else None,
                 "", how),
        Measured("captions: × real time at 720p on one core", min(fast, default=None), "",
                 "CPU of all processes, decoding, reading and writing; slowest film"),
    ]  # fmt: skip


def _rate(name: str, scored: Sequence[_Scored]) -> Measured:
    wrong, letters = sum(one.wrong for one in scored), sum(one.letters for one in scored)
    cases = tuple(case for one in scored for case in one.cases)
    how = f"{wrong} of {letters} letters, case, width and blanks aside; missed lines count whole"
    return Measured(name, wrong / letters if letters else None, "share", how, cases=cases, shown=12)


def _score(film: Subtitled, made: ReadFilm) -> _Scored:
    cues = list(READERS["srt"](text_of(made.files["captions.srt"]).split("\n")))
    cases: list[Case] = []
    wrong = letters = 0
    late: list[float] = []
    used: set[int] = set()
    for one in film.shown:
        own = [number for number, cue in enumerate(cues) if _meets(cue, one) >= _MEETS]
        used.update(own)
        expected = folded("".join(one.lines))
        got = folded("".join(cues[number][0] for number in own))
        errors = min(len(expected), distance(expected, got))
        wrong, letters = wrong + errors, letters + len(expected)
        words = f"{' / '.join(one.lines)} ({one.style})"
        told = " | ".join(cues[number][0].replace("\n", " / ") for number in own) or "nothing"
        if errors:
            cases.append(Case(film.path.name, seconds(one.first), words, told, errors))
        if own and errors <= _READ * len(expected):
            begin = min(cues[number][1] for number in own) / _NS - seconds(one.first)
            end = max(cues[number][2] for number in own) / _NS - seconds(one.end)
            late += [begin, end]
            if max(abs(begin), abs(end)) > 0.1:
                moved = f"begins {begin:+.2f} s, ends {end:+.2f} s"
                cases.append(Case(film.path.name, seconds(one.first), words, moved, 1))
    phantoms = [cue for number, cue in enumerate(cues) if number not in used]
    cases += [Case(film.path.name, cue[1] / _NS, "nothing", cue[0], 5) for cue in phantoms]
    return _Scored(
        film, wrong, letters, tuple(late), len(phantoms), tuple(cases), made.cpu_seconds
    )  # fmt: skip


def _meets(cue: Timed, one: Shown) -> float:
    """Return the share of a cue's time that lies in a subtitle's."""
    _, start, end = cue
    common = min(end, seconds(one.end) * _NS) - max(start, seconds(one.first) * _NS)
    return common / max(1, end - start)
