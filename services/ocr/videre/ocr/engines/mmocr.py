"""Text by MMOCR: a detector and a recogniser with configs and checkpoints of one's own.

`VIDERE_MMOCR_DET_CHECKPOINT` and `VIDERE_MMOCR_REC_CHECKPOINT` name the checkpoints, `…_CONFIG`
their configs where they do not carry them, `VIDERE_MMOCR_DICTIONARY` the recogniser's characters
where the config's file is not on this machine. No file can run code here: see
`videre.common.openmmlab`. Of MMOCR's transforms none is used: how large a picture is looked at is
the service's affair.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from videre.common.config import Settings
from videre.common.engine import EngineSpec, Tier
from videre.common.errors import Reason, VidereError
from videre.common.openmmlab import ops
from videre.common.openmmlab.build import built, registered
from videre.common.openmmlab.checkpoint import load_state, put_into
from videre.common.openmmlab.config import Refused
from videre.common.openmmlab.given import Given, look_into
from videre.common.torch_runtime import inference, prepare
from videre.ocr import dbnet
from videre.ocr.engines.base import FoundLine, Picture, Reading
from videre.ocr.line_shape import Shape, shape_of

if TYPE_CHECKING:
    from videre.common.models import ModelStore

_NAME: Final = "mmocr"
_VERSION: Final = "1.0.1-1"
_FLOOR: Final = 0.5
_DICT_FILE: Final = "dict_file"


class MMOCR:
    """One picture and one line at a time, by a pair of networks that each slot has for itself."""

    def __init__(self, settings: Settings | None = None) -> None:
        """Describe the pair that the settings name; None = those of the process."""
        known = settings or Settings()
        scopes = {name: _configs(name) for name in ("mmocr", "mmdet")}
        self._finder = look_into(known.mmocr_det_checkpoint, known.mmocr_det_config, scopes)
        self._reader = look_into(known.mmocr_rec_checkpoint, known.mmocr_rec_config, scopes)
        self._dictionary = known.mmocr_dictionary
        self._shape = Shape()
        self._spec = self._described()
        self._torch: Any = None
        self._cv2: Any = None
        self._networks: tuple[Any, Any] = (None, None)
        self._samples: tuple[Any, Any] = (None, None)
        self._device = "cpu"

    def _described(self) -> EngineSpec:
        pair = (self._finder, self._reader)
        refused = next((one.refused for one in pair if one.refused), "")
        lacking = [
            name for one, name in zip(pair, ("DET", "REC"), strict=True) if one.checkpoint is None
        ]
        parts = [one.digest for one in pair]
        if not refused and not lacking:
            try:
                self._shape = shape_of(self._reader.config)
                parts.append(_digest(self._dictionary))
            except Refused as error:
                refused = str(error)
        names = " and ".join(f"VIDERE_MMOCR_{name}_CHECKPOINT" for name in lacking)
        whole = hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]
        return EngineSpec(
            feature="text",
            name=_NAME,
            version=_VERSION if lacking or refused else f"{_VERSION}-{whole}",
            tier=Tier.TORCH,
            licence="Apache-2.0 (code); the checkpoints' own",
            packages=("torch", "mmengine", "mmcv", "mmdet", "mmocr"),
            environment="torch-ocr",
            lacks=f"{_NAME}: not set: {names}" if lacking else "",
            refused=refused and f"{_NAME}: {refused}",
            storing_floor=_FLOOR,
            max_call_seconds=120.0,
            cpu_seconds_per_item=0.5,
            max_batch=8,
            thread_safe=False,
        )

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return self._spec

    def load(self, models: ModelStore) -> None:
        """Build both networks, give them their numbers, let them look once.

        Raises:
            VidereError: MODEL_UNAVAILABLE, the files are of no use; ENGINE_FAILED.
        """
        import cv2
        import torch

        ops.provide(torch)
        cv2.setNumThreads(1)
        self._cv2, self._torch, self._device = cv2, torch, prepare(torch)
        from mmocr.structures import TextDetDataSample, TextRecogDataSample

        self._samples = (TextDetDataSample, TextRecogDataSample)
        try:
            self._networks = (self._built(self._finder), self._built(self._reader))
        except Refused as error:
            raise VidereError(Reason.MODEL_UNAVAILABLE, f"{_NAME}: {error}") from error
        self.detect(np.zeros((64, 64, 3), np.uint8), 64)
        self.recognise(np.zeros((32, 96, 3), np.uint8))

    def _built(self, given: Given) -> Any:
        import mmocr.models  # noqa: F401 - registers the networks
        from mmdet.registry import MODELS as OF_MMDET
        from mmdet.registry import TASK_UTILS as TASKS_OF_MMDET
        from mmengine.model import revert_sync_batchnorm
        from mmocr.registry import MODELS, TASK_UTILS

        assert given.checkpoint is not None  # the registry loads nothing that lacks its files
        tensors = load_state(self._torch, given.checkpoint)
        known = registered(OF_MMDET, TASKS_OF_MMDET, MODELS, TASK_UTILS)
        config = _with_dictionary(given.config, self._dictionary)
        network = revert_sync_batchnorm(built(config, _NAME, MODELS, known))
        put_into(network, tensors, given.checkpoint)
        return network.to(self._device).eval()

    def detect(self, picture: Picture, side: int) -> list[FoundLine]:
        """Find lines after scaling the picture down to at most `side` pixels on its longer side."""
        height, width = picture.shape[:2]
        seen_height, seen_width = dbnet.input_size(height, width, side)
        seen = self._cv2.resize(picture, (seen_width, seen_height))
        scale = (seen_width / width, seen_height / height)
        said = {"img_shape": (seen_height, seen_width), "ori_shape": (height, width),
                "scale_factor": scale}  # fmt: skip
        found = self._asked(0, seen, said).pred_instances
        lines = []
        for outline, score in zip(found.polygons, found.scores, strict=True):
            corners = np.asarray(outline, np.float32).reshape(-1, 2)
            if len(corners) < 3:
                continue
            quad = self._cv2.boxPoints(self._cv2.minAreaRect(corners))
            quad = np.clip(quad, 0, (width - 1, height - 1)).astype(np.float32)
            lines.append(FoundLine(dbnet.clockwise(quad), min(1.0, float(score))))
        return lines

    def recognise(self, crop: Picture) -> Reading:
        """Read an upright crop that holds exactly one line."""
        line, valid = self._shape.fit(crop, self._cv2)
        shape = line.shape[:2]
        said = {"img_shape": shape, "ori_shape": crop.shape[:2], "valid_ratio": valid}
        read = self._asked(1, line, said).pred_text
        scores = [float(score) for score in read.score]
        mean = sum(scores) / len(scores) if scores else 0.0
        return Reading(str(read.item), min(1.0, mean))

    def _asked(self, which: int, picture: Picture, said: Mapping[str, Any]) -> Any:
        """Return what a network says of a picture [height, width, channels]."""
        tensor = self._torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)))
        sample = self._samples[which](metainfo=dict(said))
        with inference(self._torch, self._device):
            (told,) = self._networks[which].test_step(
                {"inputs": [tensor], "data_samples": [sample]}
            )
        return told


def _with_dictionary(value: Any, dictionary: Path | None) -> Any:
    """Return a config whose dictionaries are read from a file of one's own, if there is one."""
    if dictionary is None:
        return value
    if isinstance(value, Mapping):
        return {
            key: str(dictionary) if key == _DICT_FILE else _with_dictionary(one, dictionary)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple):
        return type(value)(_with_dictionary(one, dictionary) for one in value)
    return value


def _digest(dictionary: Path | None) -> str:
    """Return the digest of a dictionary's file; "" of none."""
    try:
        return hashlib.sha256(dictionary.read_bytes()).hexdigest() if dictionary else ""
    except OSError as error:
        raise Refused(f"{dictionary}: cannot be read ({error.strerror})") from error


def _configs(library: str) -> Path:
    """Return the folder of configs in a library's wheel, whether it is there or not."""
    found = find_spec(library)
    origin = Path(found.origin) if found and found.origin else Path(library, "__init__.py")
    return origin.parent / ".mim" / "configs"
