"""torchvision beside a build of torch that its compiled operations do not fit.

A wheel of torchvision from a registry is built for GPUs; on a machine whose torch is built for CPUs
its operations cannot be loaded, and importing torchvision fails over their names. What the engines
here use of it (scaling and cropping pictures) is plain Python. `provide` says the names, so that it
can be imported; called, they fail by name.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

_NAMES: Final = ("nms", "qnms")
_KEPT: list[Any] = []


def provide(torch: Any) -> bool:
    """Make torchvision importable; tell whether names had to be said.

    Args:
        torch: the imported module.
    """
    if _KEPT:
        return True
    found = find_spec("torchvision")
    if found is None or found.origin is None:
        return False
    compiled = Path(found.origin).with_name("_C.so")
    try:
        torch.ops.load_library(str(compiled))
    except OSError:
        library = torch.library.Library("torchvision", "DEF")
        for name in _NAMES:
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _KEPT.append(library)  # what it has said lasts as long as it does
        return True
    return False
