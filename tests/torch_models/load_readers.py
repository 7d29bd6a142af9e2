"""Loads pairs of a detector and a recogniser as the OCR service does, and reads captions.

`python load_readers.py DET+REC[+DICTIONARY]…`, by the Python of `make torch-ocr`; prints JSON: what
the engine says of each pair by the names of both, CPU-seconds (and those of a clock, which
count on a GPU) of a load, of finding lines in a picture and of reading one, memory, and what it
reads of lines whose words are known.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import captions
import numpy as np

from videre.common.config import Settings
from videre.common.errors import VidereError
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.ocr.engines.mmocr import MMOCR

#: Lines that are read, as in a film of 640 × 360.
LINES = ("40718", "中国人", "Hello")
SIZE, WIDTH, HEIGHT = 32, 320, 64


def loaded(finder: Path, reader: Path, dictionary: Path | None) -> dict[str, Any]:
    engine = MMOCR(
        Settings(
            mmocr_det_checkpoint=finder, mmocr_rec_checkpoint=reader, mmocr_dictionary=dictionary
        )
    )
    begun = time.process_time()
    try:
        engine.load(ModelStore(packaged_manifest(), finder.parent))
    except VidereError as error:
        return {"state": error.reason.value, "message": error.message}
    except NotImplementedError as error:
        return {"state": "absent", "message": str(error)}
    told: dict[str, Any] = {"state": "loaded", "load_s": round(time.process_time() - begun, 2)}
    told["read"] = {text: read(engine, text, told) for text in LINES}
    told["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return told


def read(engine: MMOCR, text: str, told: dict[str, Any]) -> list[str]:
    """Return what is read of a line in a picture; tell what finding and reading cost."""
    picture = captions.ground(np.random.default_rng(3), HEIGHT, WIDTH)
    captions.write(picture, text, (24, 44), SIZE)
    begun, clock = time.process_time(), time.perf_counter()
    found = engine.detect(picture, WIDTH)
    told["find_s"] = round(time.process_time() - begun, 4)
    told["find_clock_s"] = round(time.perf_counter() - clock, 4)
    texts = []
    for line in found:
        left, top = (max(0, int(value)) for value in line.quad.min(axis=0))
        right, bottom = (int(value) + 1 for value in line.quad.max(axis=0))
        begun, clock = time.process_time(), time.perf_counter()
        texts.append(engine.recognise(picture[top:bottom, left:right]).text)
        told["line_s"] = round(time.process_time() - begun, 4)
        told["line_clock_s"] = round(time.perf_counter() - clock, 4)
    return texts


def pair(named: str) -> tuple[Path, Path, Path | None]:
    """Return the files of a pair: DET+REC[+DICTIONARY]."""
    finder, reader, *more = (Path(part) for part in named.split("+"))
    return finder, reader, more[0] if more else None


if __name__ == "__main__":
    pairs = [pair(named) for named in sys.argv[1:]]
    told = {f"{one[0].stem}+{one[1].stem}": loaded(*one) for one in pairs}
    print(json.dumps(told, ensure_ascii=False))
