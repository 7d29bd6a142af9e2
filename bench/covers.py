"""Covers of films with planted faults: how often a faulty one is chosen, and a sheet to look at."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from bench.constructed.cover_films import RATE, Bgr, CoverFilm, cover_films
from bench.harness import Outcome
from bench.options import Options
from bench.producing import Maker, workshop
from videre.cli.evaluation.figures import Case, Measured
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.production.face_detector import MODEL
from videre.v1 import production_pb2 as pb

_FILMS: Final = 20
_QUICK_FILMS: Final = 6
_COVERS: Final = 3
_NS: Final = 1_000_000_000
_SHEET: Final = Path("build/bench/covers.jpg")
_TILE: Final = (240, 135)


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Choose covers of constructed films and look for planted faults among them."""
    with workshop() as (maker, folder):
        return covers(maker, options.media_folder(), folder, tell, quick=options.quick), []


def covers(
    maker: Maker, media: Path, folder: Path, tell: Callable[[str], None], *, quick: bool
) -> list[Measured]:
    """Choose covers of constructed films; write a contact sheet."""
    films = cover_films(media, folder, _QUICK_FILMS if quick else _FILMS, _eyes(folder))
    cases: list[Case] = []
    rows: list[Bgr] = []
    chosen = 0
    for film in films:
        made = maker.make(
            pb.ProductionTask(cover=pb.CoverParams(count=_COVERS)), {"main": film.path}
        )
        tiles = []
        for one in made:
            assert one.offset_ns is not None
            assert isinstance(one.data, bytes)
            frame = round(one.offset_ns * RATE / _NS)
            fault, chosen = film.faults[frame], chosen + 1
            if fault:
                cases.append(Case(film.path.name, frame / RATE, "no fault", fault))
            tiles.append(_tile(one.data, fault))
        rows.append(_row(film, tiles))
        share = sum(map(bool, film.faults)) / len(film.faults)
        tell(f"{film.path.name}: {len(made)} covers, {share:.0%} of its frames have faults")
    _SHEET.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(_SHEET), np.vstack(rows))
    how = f"{chosen} covers of {len(films)} films with blur, black, credits, fades, blinks, "
    how += f"dissolves and wipes in them; {_SHEET}"
    return [
        Measured("covers: films", len(films), "", how),
        Measured("covers: faulty pictures chosen", len(cases), "", how, cases=tuple(cases)),
        Measured("covers: chosen of those asked for", chosen / (_COVERS * len(films)), "", how),
    ]


def _eyes(folder: Path) -> Callable[[Bgr], Any]:
    models = ModelStore(
        packaged_manifest(), folder / "models", os.environ.get("VIDERE_MODEL_MIRROR")
    )
    models.ensure([MODEL])
    detector = cv2.FaceDetectorYN.create(str(models.path(MODEL)), "", (640, 384), 0.8, 0.3, 50)

    def find(picture: Bgr) -> Any:
        padded = np.zeros((384, 640, 3), np.uint8)
        padded[: picture.shape[0]] = picture
        found = detector.detect(padded)[1]
        if found is None or not len(found):
            return None
        best = max(found.tolist(), key=lambda row: row[2] * row[3])
        return (best[4], best[5]), (best[6], best[7])

    return find


def _tile(data: bytes, fault: str) -> Bgr:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    tile = np.asarray(cv2.resize(picture, _TILE, interpolation=cv2.INTER_AREA), np.uint8)
    if fault:
        cv2.putText(tile, fault, (6, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (0, 0, 255), 2)
    return tile


def _row(film: CoverFilm, tiles: Sequence[Bgr]) -> Bgr:
    """Return a film's covers in a row, beside a bar of its faults."""
    row = np.zeros((_TILE[1], _TILE[0] * _COVERS, 3), np.uint8)
    for place, tile in enumerate(tiles):
        row[:, place * _TILE[0] : (place + 1) * _TILE[0]] = tile
    at = np.arange(row.shape[1]) * len(film.faults) // row.shape[1]
    faulty = np.array([bool(fault) for fault in film.faults])[at]
    row[-4:] = np.where(faulty[:, None], (0, 0, 255), (0, 200, 0))
    return row
