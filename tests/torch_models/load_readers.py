"""Loads the models of a folder as the OCR service does, and reads a line.

`python load_readers.py FOLDER`, by the Python of `make torch-ocr`; prints JSON: what the
engine says of each reader, CPU-seconds of a load and of a line, lines found in a picture.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from videre.common.config import Settings
from videre.common.errors import VidereError
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.ocr.engines.mmocr import MMOCR

FINDER = "dbnet"


def loaded(finder: Path, reader: Path) -> dict[str, Any]:
    engine = MMOCR(Settings(mmocr_det_checkpoint=finder, mmocr_rec_checkpoint=reader))
    begun = time.process_time()
    try:
        engine.load(ModelStore(packaged_manifest(), finder.parent))
    except VidereError as error:
        return {"state": error.reason.value, "message": error.message}
    told: dict[str, Any] = {"state": "loaded", "load_s": round(time.process_time() - begun, 2)}
    picture = np.random.default_rng(3).integers(0, 255, (180, 320, 3)).astype(np.uint8)
    told["found"] = len(engine.detect(picture, 320))
    begun = time.process_time()
    told["read"] = engine.recognise(picture[:32, :64]).text
    told["line_s"] = round(time.process_time() - begun, 4)
    return told


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    finder = folder / f"{FINDER}.pth"
    readers = [path for path in sorted(folder.glob("*.pth")) if path != finder]
    print(json.dumps({reader.stem: loaded(finder, reader) for reader in readers}))
