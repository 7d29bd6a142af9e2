"""Labels in one's own words, and an embedding that pictures and texts share, by open_clip.

`VIDERE_OPEN_CLIP_CHECKPOINT` names the weights, `…_MODEL` a config that the library brings or a
JSON file, `…_LABELS` a TOML file of labels (see `videre.visual.prompts`), `…_BACKGROUND` a folder
of pictures that show none of them. Nothing is fetched from a hub, and no file can run code here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from videre.common.config import Settings
from videre.common.engine import ClassSpec, EngineSpec, Tier
from videre.common.errors import Reason, VidereError
from videre.common.openmmlab.config import Refused
from videre.common.torch_runtime import inference, prepare
from videre.visual import torchvision_operators
from videre.visual.clip_model import ClipModel, look_into
from videre.visual.engines.base import F32, Look, Seen, unit
from videre.visual.prompts import Space, space_of

if TYPE_CHECKING:
    from pathlib import Path

    from videre.common.models import ModelStore
    from videre.visual.pictures import Picture

_NAME: Final = "open-clip"
_VERSION: Final = "3.3.0-1"
_FLOOR: Final = 0.05
_MOST: Final = 10
#: A label is likelier than none of them.
_THRESHOLD: Final = 0.5


class OpenClip:
    """Up to 10 labels with their likelihoods, then one observation with the embedding.

    The embedding is the picture's place in the space that texts share; class name "" and score 1.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        """Describe the model that the settings name; None = those of the process."""
        known = settings or Settings()
        self._given = look_into(
            known.open_clip_checkpoint, known.open_clip_model or "", known.open_clip_labels,
            known.open_clip_background,
        )  # fmt: skip
        self._spec = _spec(self._given)
        self._torch: Any = None
        self._network: Any = None
        self._ready: Any = None
        self._tokens: Any = None
        self._space: Space | None = None
        self._device = "cpu"

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return self._spec

    def load(self, models: ModelStore) -> None:
        """Build the network, give it its numbers, embed the labels, look at the background.

        Raises:
            VidereError: MODEL_UNAVAILABLE, the files are of no use; ENGINE_FAILED.
        """
        import torch

        self._torch, self._device = torch, prepare(torch)
        torchvision_operators.provide(torch)
        try:
            self._build()
            self._space = self._labels()
            self._embedded(np.zeros((32, 32, 3), np.uint8))
        except Refused as error:
            raise VidereError(Reason.MODEL_UNAVAILABLE, f"{_NAME}: {error}") from error

    def _build(self) -> None:
        import open_clip
        from open_clip.transform import PreprocessCfg, image_transform_v2

        given = self._given
        assert given.checkpoint is not None  # the registry loads nothing that lacks its files
        of = open_clip.CustomTextCLIP if given.whole_text_tower else open_clip.CLIP
        try:
            network = of(**given.network)
            open_clip.load_checkpoint(
                network, str(given.checkpoint), strict=True, weights_only=True, device="cpu"
            )
        except Exception as error:  # of a broken file, or another model's, anything
            words = " ".join(str(error).split())[:300]
            raise Refused(f"{given.checkpoint.name}: not of this config ({words})") from error
        self._network = network.to(self._device).eval()
        prepared = PreprocessCfg(size=network.visual.image_size, **given.preprocess)
        self._ready = image_transform_v2(prepared, is_train=False)
        self._tokens = open_clip.SimpleTokenizer(
            context_length=network.context_length, clean=given.cleaning
        )

    def _labels(self) -> Space | None:
        """Return the labels in the embedding; None when there are none."""
        prompts = self._given.prompts
        if prompts is None:
            return None
        scale = float(self._network.logit_scale.exp().reshape(-1)[0])
        embedded = [self.describe(list(one)) for one in prompts.of_label]
        space = space_of(prompts, embedded, self.describe(list(prompts.none)), scale)
        if not self._given.background:
            return space
        return space.calibrated(np.stack([self._of_file(one) for one in self._given.background]))

    def _of_file(self, path: Path) -> F32:
        import cv2

        bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if bgr is None:
            raise Refused(f"{path.name}: no picture")
        return self._embedded(np.asarray(bgr, np.uint8))

    def look(self, picture: Picture) -> Look:
        """Hold the picture against the labels."""
        embedding = self._embedded(picture.bgr)
        seen = [Seen("", 1.0, embedding=embedding)]
        if self._space is not None:
            scores = self._space.likelihoods(embedding)
            best = np.argsort(-scores, kind="stable")[:_MOST]
            seen += [
                Seen(self._spec.classes[index].name, float(scores[index]))
                for index in best
                if scores[index] >= _FLOOR
            ]
        return Look(tuple(seen), 1)

    def describe(self, texts: list[str]) -> F32:
        """Return the places of texts in the space that pictures share, [texts, values]."""
        tokens = self._tokens(texts).to(self._device)
        with inference(self._torch, self._device):
            found = self._network.encode_text(tokens)
        return _units(found)

    def _embedded(self, bgr: np.ndarray[Any, Any]) -> F32:
        from PIL import Image

        picture = Image.fromarray(np.ascontiguousarray(bgr[:, :, ::-1]))
        tensor = self._ready(picture)[None].to(self._device)
        with inference(self._torch, self._device):
            found = self._network.encode_image(tensor)
        row: F32 = _units(found)[0]
        return row


def _units(tensor: Any) -> F32:
    """Return the rows of a tensor at length 1."""
    rows = tensor.detach().float().cpu().numpy()
    found: F32 = np.stack([unit(np.asarray(row, np.float32)) for row in rows])
    return found


def _spec(given: ClipModel) -> EngineSpec:
    names = given.prompts.names if given.prompts else ()
    return EngineSpec(
        feature="classes",
        name=_NAME,
        version="-".join(part for part in (_VERSION, given.digest[:16]) if part),
        tier=Tier.TORCH,
        licence="MIT (code); the checkpoint's own",
        packages=("torch", "torchvision", "open_clip"),
        environment="torch-visual",
        lacks=""
        if given.checkpoint
        else f"{_NAME}: VIDERE_OPEN_CLIP_CHECKPOINT names no checkpoint",
        refused=given.refused and f"{_NAME}: {given.refused}",
        classes=tuple(ClassSpec(name, _THRESHOLD) for name in names),
        storing_floor=_FLOOR,
        max_call_seconds=120.0,
        cpu_seconds_per_item=0.3,
        embeds_texts=True,
    )
