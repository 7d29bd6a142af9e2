"""How a line is scaled for a recogniser of MMOCR, as its config says. Pure but for OpenCV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from videre.common.openmmlab.config import Refused
from videre.common.openmmlab.given import inner_dataset
from videre.ocr.engines.base import Picture

#: Longest line that a recogniser is given, pixels; memory grows with it.
_MAX_WIDTH: Final = 3200
#: Steps that change no pixel here, and the readers of files, whose place the crop takes.
_NO_STEPS: Final = frozenset(
    {"LoadImageFromFile", "LoadImageFromNDArray", "LoadOCRAnnotations", "PackTextRecogInputs"}
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a line is made to.

    Args:
        height: pixels.
        width: pixels that every line is squeezed to; 0 = a line keeps its shape.
        least: least width of a line that keeps its shape.
        most: most of it.
        step: its width is a multiple of this.
        padded: narrower lines are padded on the right to this width; 0 = they are not.
        gray: the network takes one channel.
    """

    height: int = 32
    width: int = 0
    least: int = 1
    most: int = _MAX_WIDTH
    step: int = 1
    padded: int = 0
    gray: bool = False

    def fit(self, crop: Picture, cv2: Any) -> tuple[Picture, float]:
        """Return the line, uint8 [height, width, channels], and the share of it that counts."""
        width = self.width or self._kept_width(crop.shape[0], crop.shape[1])
        line = cv2.resize(crop, (width, self.height))
        if self.gray:
            line = cv2.cvtColor(line, cv2.COLOR_BGR2GRAY)[:, :, None]
        if width >= self.padded:
            return line.astype(np.uint8, copy=False), 1.0
        out = np.zeros((self.height, self.padded, line.shape[2]), np.uint8)
        out[:, :width] = line
        return out, width / self.padded

    def _kept_width(self, height: int, width: int) -> int:
        wanted = -(-self.height * width // height)
        bounded = min(max(wanted, self.least), self.padded or self.most)
        return max(self.step, round(bounded / self.step) * self.step)


def shape_of(config: Mapping[str, Any]) -> Shape:
    """Return how a recogniser's config wants its lines.

    Raises:
        Refused: its test pipeline does what is not let in, or says no size.
    """
    pipeline = inner_dataset(config).get("pipeline") or config.get("test_pipeline")
    if not isinstance(pipeline, list) or not all(isinstance(step, Mapping) for step in pipeline):
        raise Refused("the recogniser's config has no test pipeline")
    said: dict[str, Any] = {}
    for step in pipeline:
        name = str(step.get("type")).removeprefix("mmocr.")
        if name == "RescaleToHeight":
            said |= {"height": step.get("height"), "least": step.get("min_width") or 1}
            said |= {"most": step.get("max_width") or _MAX_WIDTH}
            said["step"] = step.get("width_divisor") or 1
        elif name == "Resize":
            scale = step.get("scale")
            if not isinstance(scale, list | tuple) or len(scale) != 2:
                raise Refused("the recogniser's Resize says no width and height")
            said |= {"height": scale[1], "most" if step.get("keep_ratio") else "width": scale[0]}
        elif name == "PadToWidth":
            said["padded"] = step.get("width")
        elif name not in _NO_STEPS:
            raise Refused(f"the recogniser's test pipeline's {name[:80]!r} is not let in")
        if name.startswith("LoadImage"):
            said["gray"] = step.get("color_type") == "grayscale"
    sizes = [value for name, value in said.items() if name != "gray"]
    if "height" not in said or not all(
        isinstance(value, int) and 0 < value <= _MAX_WIDTH for value in sizes
    ):
        raise Refused(f"the recogniser's test pipeline says no sizes of 1 to {_MAX_WIDTH} pixels")
    return Shape(**said)
