"""Everything the suite says about media of which the truth is known, beside that truth."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bench.alone import words_alone
from bench.constructed.captions import caption_films
from bench.constructed.fades import CHANGES, fade_films
from bench.constructed.foreign import foreign_speech
from bench.constructed.planted import planted_events
from bench.constructed.songs import songs
from bench.constructed.spoken import joined_words
from bench.constructed.textures import texture_film
from bench.harness import Outcome, analyse, fresh_suite
from bench.measures.sounds import top_sounds
from bench.options import Options
from bench.pauses import without_pauses
from bench.truth import load_set
from videre.cli.evaluation.figures import Measured
from videre.cli.evaluation.measures.activity import speech_activity
from videre.cli.evaluation.measures.boundaries import cuts, fades
from videre.cli.evaluation.measures.captions import captions, junk
from videre.cli.evaluation.measures.language import language_gate
from videre.cli.evaluation.measures.music import beats, tempo
from videre.cli.evaluation.measures.objects import faces, objects
from videre.cli.evaluation.measures.pairs import Pairs
from videre.cli.evaluation.measures.speech import error_rates, word_times
from videre.cli.evaluation.measures.stills import stills
from videre.cli.evaluation.measures.verdicts import verdicts
from videre.cli.evaluation.observed import observe
from videre.cli.evaluation.truth import FILM_GROUP, Truth

#: Longest file of a quick run, and how many of a group, seconds and files.
_QUICK_S: Final = 12.0
_QUICK_OF_A_GROUP: Final = 2
_QUICK_LOOKS: Final = 3
_QUICK_TEXTURES: Final = 4
_QUICK_FADES: Final = 4
_QUICK_SONGS: Final = 2
_QUICK_MADE: Final = 2
#: One job gets this long: the longest files of a set on a busy machine, seconds.
_PATIENCE_S: Final = 1_800.0


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Measure on the set of `options.media` and on media made from it.

    Raises:
        FileNotFoundError: there is no set, or it has no truth.json.
    """
    return asyncio.run(_run(options, tell))


async def _run(
    options: Options, tell: Callable[[str], None]
) -> tuple[list[Measured], list[Outcome]]:
    known = [
        without_pauses(truth) if truth.group == FILM_GROUP else truth
        for truth in load_set(options.media_folder())
    ]
    with tempfile.TemporaryDirectory(prefix="videre-bench-media-") as folder:
        made = constructed(known, Path(folder), quick=options.quick)
        truths = [*(quick_choice(known) if options.quick else known), *made]
        tell(f"{len(truths)} media, {len(made)} of them made from the set's own")
        alone = words_alone(truths)
        async with fresh_suite() as client:
            paths = [truth.path for truth in truths]
            outcomes = await analyse(client, paths, patience_s=_PATIENCE_S, tell=tell)
    pairs = [
        (truth, observe(outcome.job, outcome.analysis))
        for truth, outcome in zip(truths, outcomes, strict=True)
    ]
    return measure(pairs, alone), outcomes


def constructed(known: Sequence[Truth], folder: Path, *, quick: bool) -> list[Truth]:
    """Write the media that are made from a set; fewer of each kind for a quick run."""
    few = _QUICK_MADE if quick else None
    return [
        *fade_films(known, folder, _QUICK_FADES if quick else CHANGES),
        *caption_films(known, folder, quick=_QUICK_LOOKS if quick else 0),
        texture_film(known, folder, quick=_QUICK_TEXTURES if quick else 0),
        *songs(folder, _QUICK_SONGS if quick else None),
        *joined_words(known, folder)[:few],
        *foreign_speech(folder)[:few],
        *planted_events(known, folder)[:few],
    ]


def quick_choice(truths: Sequence[Truth]) -> list[Truth]:
    """Return the shortest files of every group."""
    chosen: dict[str, list[Truth]] = {}
    for truth in sorted(truths, key=lambda one: (one.seconds or 0.0, one.name)):
        members = chosen.setdefault(truth.group, [])
        if len(members) < _QUICK_OF_A_GROUP and (truth.seconds or 0.0) <= _QUICK_S:
            members.append(truth)
    return [truth for members in chosen.values() for truth in members]


def measure(pairs: Pairs, alone: dict[str, Sequence[str]]) -> list[Measured]:
    """Return all figures of the pairs."""
    return [
        *cuts(pairs),
        *fades(pairs),
        *captions(pairs),
        junk(pairs),
        *stills(pairs),
        *error_rates(pairs, alone),
        *word_times(pairs),
        *language_gate(pairs),
        speech_activity(pairs),
        *top_sounds(pairs),
        beats(pairs),
        *tempo(pairs),
        *objects(pairs),
        faces(pairs),
        *verdicts(pairs),
    ]
