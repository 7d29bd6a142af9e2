"""PP-OCRv6 small (Chinese and English) as bundled in the `rapidocr` wheel.

Only the wheel's model files are used. Its Python code is not imported: it would look for models on
the network, batches crops of different widths together (so that a reading depends on its
neighbours) and pads every crop to 320 pixels, which costs twice the time on short captions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from videre.common.denormals import flushed
from videre.common.engine import EngineSpec, Tier
from videre.common.onnx_runtime import shared_session
from videre.ocr import ctc, dbnet
from videre.ocr.engines.base import FoundLine, Picture, Reading

if TYPE_CHECKING:
    from videre.common.models import ModelStore

DETECTOR: Final = "ppocrv6_det_small"
RECOGNISER: Final = "ppocrv6_rec_small"

SPEC: Final = EngineSpec(
    feature="text",
    name="rapidocr-ppocrv6-small",
    version="3.10-4",
    tier=Tier.BUNDLED,
    licence="Apache-2.0",
    models=(DETECTOR, RECOGNISER),
    languages=("zh-Hans", "en"),
    storing_floor=0.5,
    cpu_seconds_per_item=0.1,
    max_batch=8,
    thread_safe=True,
)


class RapidTextEngine:
    """DB detector and CTC recogniser on onnxruntime, one thread, no spinning."""

    def __init__(self) -> None:
        self._cv2: Any = None
        self._detector: Any = None
        self._recogniser: Any = None
        self._alphabet: tuple[str, ...] = ()

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Open both models.

        Raises:
            VidereError: MODEL_UNAVAILABLE.
        """
        import cv2
        import onnxruntime

        cv2.setNumThreads(1)
        self._cv2 = cv2
        self._detector = shared_session(onnxruntime, models.path(DETECTOR))
        self._recogniser = shared_session(onnxruntime, models.path(RECOGNISER))
        characters = self._recogniser.get_modelmeta().custom_metadata_map["character"]
        self._alphabet = ("", *characters.splitlines(), " ")

    def detect(self, picture: Picture, side: int) -> list[FoundLine]:
        """Find lines after scaling the picture down to at most `side` pixels on its longer side."""
        height, width = picture.shape[:2]
        seen_height, seen_width = dbnet.input_size(height, width, side)
        seen = self._cv2.resize(picture, (seen_width, seen_height))
        tensor = dbnet.to_tensor(seen)
        with flushed():
            output = self._detector.run(None, {"x": tensor})[0]
        boxes = dbnet.find_boxes(output[0, 0], height, width, self._cv2)
        return [FoundLine(quad, score) for quad, score in boxes]

    def recognise(self, crop: Picture) -> Reading:
        """Read an upright crop that holds exactly one line."""
        tensor = ctc.to_tensor(crop, self._cv2)
        with flushed():
            output = self._recogniser.run(None, {"x": tensor})[0]
        text, score = ctc.decode(output[0], self._alphabet)
        return Reading(text, score)
