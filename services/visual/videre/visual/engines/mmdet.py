"""Objects by MMDetection, with a config and a checkpoint of one's own.

`VIDERE_MMDET_CHECKPOINT` names the checkpoint, `VIDERE_MMDET_CONFIG` its config where it does not
carry it. The classes are those of the checkpoint; what they mean is said by the taxonomy and its
overlays. Neither file can run code here: see `videre.common.openmmlab`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from videre.common.config import Settings
from videre.common.engine import ClassSpec, EngineSpec, Tier
from videre.common.errors import Reason, VidereError
from videre.common.openmmlab import ops
from videre.common.openmmlab.build import built, registered
from videre.common.openmmlab.checkpoint import load_state, put_into
from videre.common.openmmlab.config import Refused
from videre.common.openmmlab.given import Given, class_names, inner_dataset, look_into
from videre.common.torch_runtime import inference, prepare
from videre.common.values import Box
from videre.visual.boxes import normalised
from videre.visual.engines.base import Look, Seen
from videre.visual.outlines import box_of, outline

if TYPE_CHECKING:
    from videre.common.models import ModelStore
    from videre.visual.pictures import Picture

_NAME: Final = "mmdetection"
_VERSION: Final = "3.3.0-1"
_FLOOR: Final = 0.1
_MOST: Final = 50
#: What MMDetection's own tools show by default.
_THRESHOLD: Final = 0.3
#: What a picture goes through before the network; whatever else a config names is not let in.
_STEPS: Final = frozenset(
    {"Resize", "FixScaleResize", "FixShapeResize", "ResizeShortestEdge", "Pad", "CenterCrop",
     "PackDetInputs"}
)  # fmt: skip
#: Steps that read the picture or its truth; the picture is here, there is no truth.
_READS: Final = frozenset(
    {"LoadImageFromFile", "LoadImageFromNDArray", "LoadAnnotations", "LoadPanopticAnnotations"}
)


class MMDetection:
    """One observation per object: class, score, box, and as points the outline of its mask.

    A network may keep things between its steps, so each slot has one of its own.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        """Describe the model that the settings name; None = those of the process."""
        known = settings or Settings()
        config = known.mmdet_config
        self._given = look_into(known.mmdet_checkpoint, config, {"mmdet": _configs("mmdet")})
        self._spec = _spec(self._given)
        self._torch: Any = None
        self._network: Any = None
        self._steps: Any = None
        self._device = "cpu"

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return self._spec

    def load(self, models: ModelStore) -> None:
        """Build the network, give it its numbers, let it look once.

        Raises:
            VidereError: MODEL_UNAVAILABLE, the files are of no use; ENGINE_FAILED.
        """
        import torch

        ops.provide(torch)
        self._torch, self._device = torch, prepare(torch)
        try:
            self._load()
            blank = np.zeros((32, 32, 3), np.uint8)
            instances = self._instances(blank)
        except Refused as error:
            raise VidereError(Reason.MODEL_UNAVAILABLE, f"{_NAME}: {error}") from error
        if instances is None:
            raise VidereError(
                Reason.MODEL_UNAVAILABLE, f"{_NAME}: {self._given.name}: finds no single objects"
            )

    def _load(self) -> None:
        import mmdet.models  # noqa: F401 - registers the networks
        from mmcv.transforms import Compose
        from mmdet.registry import MODELS, TASK_UTILS
        from mmengine.model import revert_sync_batchnorm

        checkpoint = self._given.checkpoint
        assert checkpoint is not None  # the registry loads nothing that lacks its files
        tensors = load_state(self._torch, checkpoint)
        known = registered(MODELS, TASK_UTILS)
        network = revert_sync_batchnorm(built(self._given.config, "mmdet", MODELS, known))
        put_into(network, tensors, checkpoint)
        self._network = network.to(self._device).eval()
        self._steps = Compose([dict(step) for step in steps(self._given.config)])

    def look(self, picture: Picture) -> Look:
        """Return up to 50 objects, surest first."""
        found = self._instances(picture.bgr)
        if found is None:
            return Look((), 1)
        scores = found["scores"]
        seen: list[Seen] = []
        for index in np.argsort(-scores, kind="stable"):
            if scores[index] < _FLOOR or len(seen) == _MOST:
                break
            mask = found["masks"][index] if "masks" in found else None
            box: Box | None = normalised(found["bboxes"][index], picture.width, picture.height)
            if box is None and mask is not None:
                box = box_of(mask)
            if box is not None:
                name = self._spec.classes[int(found["labels"][index])].name
                points = () if mask is None else outline(mask)
                seen.append(Seen(name, min(1.0, float(scores[index])), box, points))
        return Look(tuple(seen), 1)

    def _instances(self, bgr: np.ndarray[Any, Any]) -> dict[str, np.ndarray[Any, Any]] | None:
        """Return what the network found, as arrays; None when it does not tell objects apart."""
        given = self._steps({"img": np.ascontiguousarray(bgr), "img_id": 0})
        given = {"inputs": [given["inputs"]], "data_samples": [given["data_samples"]]}
        with inference(self._torch, self._device):
            (sample,) = self._network.test_step(given)
        if "pred_instances" not in sample:
            return None
        found = sample.pred_instances
        names = [name for name in ("bboxes", "scores", "labels", "masks") if name in found]
        return {name: _array(found[name]) for name in names}


def steps(config: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what a config does to a picture before the network, beginning with the picture.

    Raises:
        Refused: it does nothing, or something that is not let in.
    """
    pipeline = inner_dataset(config).get("pipeline") or config.get("test_pipeline")
    if not isinstance(pipeline, list) or not all(isinstance(step, Mapping) for step in pipeline):
        raise Refused("the config has no test pipeline")
    kept: list[Mapping[str, Any]] = [{"type": "mmdet.LoadImageFromNDArray"}]
    for step in pipeline:
        name = str(step.get("type")).removeprefix("mmdet.")
        if name in _READS:
            continue
        if name not in _STEPS:
            raise Refused(f"the test pipeline's {name[:80]!r} is not let in")
        kept.append({**step, "type": name})
    if str(kept[-1]["type"]) != "PackDetInputs":
        raise Refused("the test pipeline does not end with PackDetInputs")
    return kept


def _spec(given: Given) -> EngineSpec:
    refused = given.refused
    classes: tuple[str, ...] = ()
    if given.checkpoint and not refused:
        try:
            classes = class_names(given)
            steps(given.config)
        except Refused as error:
            refused = str(error)
    return EngineSpec(
        feature="objects",
        name=_NAME,
        version="-".join(part for part in (_VERSION, given.digest[:16]) if part),
        tier=Tier.TORCH,
        licence="Apache-2.0 (code); the checkpoint's own",
        packages=("torch", "mmengine", "mmcv", "mmdet"),
        environment="torch-visual",
        lacks="" if given.checkpoint else f"{_NAME}: VIDERE_MMDET_CHECKPOINT names no checkpoint",
        refused=refused and f"{_NAME}: {refused}",
        classes=tuple(ClassSpec(name, _THRESHOLD) for name in classes),
        storing_floor=_FLOOR,
        max_call_seconds=120.0,
        cpu_seconds_per_item=0.5,
        thread_safe=False,
    )


def _configs(library: str) -> Path:
    """Return the folder of configs in a library's wheel, whether it is there or not."""
    found = find_spec(library)
    origin = Path(found.origin) if found and found.origin else Path(library, "__init__.py")
    return origin.parent / ".mim" / "configs"


def _array(values: Any) -> np.ndarray[Any, Any]:
    """Return a tensor, or boxes of the library's own kind, as an array."""
    values = getattr(values, "tensor", values)
    return np.asarray(values.detach().cpu().numpy() if hasattr(values, "detach") else values)
