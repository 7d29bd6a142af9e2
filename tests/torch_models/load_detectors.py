"""Loads each checkpoint of a folder as the visual service does and looks at a picture.

`python load_detectors.py FOLDER`, with the Python of `make torch-visual`; prints JSON: for each
file name what the engine says (`state`), CPU-seconds and those of a clock (which count on a GPU),
objects and outlines seen, and the memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from shapes import picture

from videre.common.config import Settings
from videre.common.errors import VidereError
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.visual.engines.mmdet import MMDetection
from videre.visual.pictures import Picture


def loaded(path: Path, folder: Path) -> dict[str, Any]:
    engine = MMDetection(Settings(mmdet_checkpoint=path, data_dir=folder))
    started = time.process_time()
    try:
        engine.load(ModelStore(packaged_manifest(), folder))
    except VidereError as error:
        return {"state": error.reason.value, "message": error.message}
    except NotImplementedError as error:
        return {"state": "absent", "message": str(error)}
    bgr, _, _ = picture(np.random.default_rng(3), 320)
    begun, clock = time.process_time(), time.perf_counter()
    seen = engine.look(Picture(bgr)).seen
    return {
        "state": "loaded",
        "refused": engine.spec.refused,
        "classes": len(engine.spec.classes),
        "load_s": round(begun - started, 2),
        "look_s": round(time.process_time() - begun, 3),
        "look_clock_s": round(time.perf_counter() - clock, 3),
        "seen": len(seen),
        "outlined": sum(bool(one.points) for one in seen),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    print(json.dumps({path.stem: loaded(path, folder) for path in sorted(folder.glob("*.pth"))}))
