"""Scenes of films cut from the set's clips in the patterns of dialogues, against their plan."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bench.constructed.scene_film import SceneFilm, scene_films, shots_apart
from bench.harness import Outcome, analyse, fresh_suite
from bench.options import Options
from videre.cli.evaluation.figures import Case, Measured
from videre.v1 import analysis_pb2

#: What scenes are made from, faces and sound left out: the films have no sound.
_FEATURES: Final = ("shots", "colors", "objects", "classes", "frame_conditions")
_PATIENCE_S: Final = 900.0
_FILMS, _QUICK_FILMS = 6, 1
#: A boundary counts when it is at most this many shots from the true one.
_TOLERANCE: Final = 1


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Return precision and recall of the beginnings of scenes.

    Raises:
        FileNotFoundError: no set, or a clip is missing.
    """
    count = _QUICK_FILMS if options.quick else _FILMS
    with tempfile.TemporaryDirectory(prefix="videre-scenes-") as folder:
        films = scene_films(options.media_folder(), Path(folder), count)
        outcomes = asyncio.run(_outcomes(films, tell))
    return measured(films, outcomes), outcomes


async def _outcomes(films: Sequence[SceneFilm], tell: Callable[[str], None]) -> list[Outcome]:
    async with fresh_suite() as client:
        paths = [film.path for film in films]
        return await analyse(client, paths, patience_s=_PATIENCE_S, tell=tell, features=_FEATURES)


def measured(films: Sequence[SceneFilm], outcomes: Sequence[Outcome]) -> list[Measured]:
    """Return the figures of films and what was found in them."""
    right = found = met = true = 0
    cases: list[Case] = []
    for film, outcome in zip(films, outcomes, strict=True):
        begun = [
            scene.span.start_frame
            for scene in outcome.analysis.scenes
            if scene.kind == analysis_pb2.SCENE_KIND_SCENE and scene.index
        ]
        truth = film.scene_starts[1:]
        false = [at for at in begun if shots_apart(at, truth, film.shot_starts) > _TOLERANCE]
        missed = [
            at for at in truth if not begun or shots_apart(at, begun, film.shot_starts) > _TOLERANCE
        ]
        right, found = right + len(begun) - len(false), found + len(begun)
        met, true = met + len(truth) - len(missed), true + len(truth)
        cases += [Case(film.path.name, at / 25, "no scene", "a scene begins") for at in false]
        cases += [Case(film.path.name, at / 25, "a scene begins", "none") for at in missed]
    return [
        Measured("scenes: precision", right / found if found else None, "", f"{right} of {found}",
                 cases=tuple(cases)),
        Measured("scenes: recall", met / true if true else None, "", f"{met} of {true}"),
    ]  # fmt: skip
