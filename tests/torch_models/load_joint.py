"""Loads each model of a folder as the visual service does; embeds a picture and a text.

`python load_joint.py FOLDER`, with the Python of `make torch-visual`; prints JSON: for each file
name what the engine says (`state`), CPU-seconds, length and size of embeddings, and whether they
come out the same twice.
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
from videre.visual.engines.open_clip import OpenClip
from videre.visual.pictures import Picture


def loaded(checkpoint: Path, folder: Path) -> dict[str, Any]:
    model = str(checkpoint.with_suffix(".json"))
    engine = OpenClip(Settings(open_clip_checkpoint=checkpoint, open_clip_model=model))
    started = time.process_time()
    try:
        engine.load(ModelStore(packaged_manifest(), folder))
    except VidereError as error:
        return {"state": error.reason.value, "message": error.message}
    begun = time.process_time()
    bgr = np.random.default_rng(3).integers(0, 256, (60, 90, 3)).astype(np.uint8)
    seen = [engine.look(Picture(bgr)).seen[0].embedding for _ in range(2)]
    said = engine.describe(["a red wall", "a blue wall"])
    return {
        "state": "loaded",
        "values": len(seen[0]) if seen[0] is not None else 0,
        "lengths": [round(float(np.linalg.norm(one)), 4) for one in (seen[0], said[1])],
        "same_twice": bool(
            np.array_equal(seen[0], seen[1])
            and np.array_equal(said, engine.describe(["a red wall", "a blue wall"]))
        ),
        "load_s": round(begun - started, 2),
        "look_s": round((time.process_time() - begun) / 2, 4),
    }


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    files = sorted((*folder.glob("*.pt"), *folder.glob("*.safetensors")))
    print(json.dumps({path.stem: loaded(path, folder) for path in files}))
