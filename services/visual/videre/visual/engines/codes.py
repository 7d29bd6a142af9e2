"""Codes: QR codes, matrix codes and bar codes, read by zxing-cpp."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from videre.common.engine import ClassSpec, EngineSpec, Tier
from videre.common.models import ModelStore
from videre.common.values import Box
from videre.visual.boxes import normalised
from videre.visual.engines.base import Look, Seen
from videre.visual.pictures import Picture

if TYPE_CHECKING:
    import zxingcpp

#: Longest text or value that is told, bytes of UTF-8: no symbology holds more.
MAX_VALUE: Final = 8 << 10
#: Most codes of one picture, and most bytes they say together: what a hostile picture may cost.
_MOST: Final = 16
_MOST_BYTES: Final = 16 << 10
#: Error correction makes a matrix code right or unread. A bar code has a check digit or two; a
#: blurred PDF417 was once read wrong.
_CORRECTED: Final = 1.0
_CHECKED: Final = 0.9
_SHORT: Final = 0.7  # 8 digits with one check digit: one in ten random ones passes

#: zxing-cpp's format → class and score. Formats that read what is not there are not looked for:
#: UPC-E (in blurred EAN-13 codes) and those without any check (Codabar, Code 39, ITF, Telepen).
_MATRIX: Final = {
    "QRCode": ("qr_code", _CORRECTED),
    "MicroQRCode": ("micro_qr_code", _CORRECTED),
    "RMQRCode": ("rmqr_code", _CORRECTED),
    "DataMatrix": ("data_matrix", _CORRECTED),
    "Aztec": ("aztec", _CORRECTED),
    "PDF417": ("pdf417", _CHECKED),
}
_LINEAR: Final = {
    "EAN13": ("ean_13", _CHECKED),
    "Code128": ("code_128", _CHECKED),
    "EAN8": ("ean_8", _SHORT),
}
_FORMATS: Final = _MATRIX | _LINEAR

SPEC: Final = EngineSpec(
    feature="codes",
    name="zxing-cpp",
    version="1",
    tier=Tier.BUNDLED,
    licence="Apache-2.0",
    classes=tuple(ClassSpec(name) for name, _ in _FORMATS.values()),
    cpu_seconds_per_item=0.005,
)


class ZxingCodes:
    """One observation per code: symbology, what it says, box, outline; no model.

    The content is data: it is handed on as it is and never looked into. Score: how well the
    symbology guards against a misreading, the same for all of one class. Points: the four corners,
    beginning with the one that is top left in the code itself. No attributes.

    QR and Aztec codes are read at any angle, bar codes within some 20 degrees of level or upright,
    Data Matrix and PDF417 within some 45 and 5 degrees of level: to turn them costs more than all
    the rest. Light on dark is read of matrix codes.
    """

    _read: Callable[..., Iterable[zxingcpp.Barcode]]
    _passes: Sequence[dict[str, object]]
    _named: dict[int, tuple[str, float]]

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Bring in the reader."""
        import zxingcpp

        formats = {name: getattr(zxingcpp.BarcodeFormat, name) for name in _FORMATS}
        self._named = {int(formats[name]): told for name, told in _FORMATS.items()}
        self._read = zxingcpp.read_barcodes
        self._passes = [
            {
                "formats": zxingcpp.BarcodeFormats([formats[name] for name in names]),
                "text_mode": zxingcpp.TextMode.Plain,
                "try_downscale": False,
                "try_rotate": names is _LINEAR,
                "try_invert": names is _MATRIX,
            }
            for names in (_MATRIX, _LINEAR)
        ]

    def look(self, picture: Picture) -> Look:
        """Read the codes of the whole picture."""
        grey = cv2.cvtColor(picture.bgr, cv2.COLOR_BGR2GRAY)
        seen: list[Seen] = []
        room = _MOST_BYTES
        for found in (found for options in self._passes for found in self._read(grey, **options)):
            one = self._seen(found, picture)
            if one is None or len(seen) == _MOST:
                continue
            room -= len(one.text.encode()) + len(one.data)
            if room < 0:
                break
            seen.append(one)
        return Look(tuple(seen), 1)

    def _seen(self, found: zxingcpp.Barcode, picture: Picture) -> Seen | None:
        """Return a code that has a known symbology, something to say and a place."""
        class_name, score = self._named.get(int(found.format), ("", 0.0))
        text, data = _plain(found.text), bytes(found.bytes)
        corners = _corners(found.position)
        box = _box(corners, picture)
        if not class_name or not data or box is None:
            return None
        if max(len(text.encode()), len(data)) > MAX_VALUE:
            return None
        points = (corners / (picture.width, picture.height)).clip(0, 1).ravel()
        return Seen(
            class_name,
            score,
            box,
            tuple(float(value) for value in points),
            text=text,
            data=b"" if text.encode() == data else data,
        )


def _plain(text: str) -> str:
    """Return text without halves of surrogate pairs, which no UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _corners(position: zxingcpp.Position) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return the corners in pixels, float64 [4, 2]."""
    points = position.top_left, position.top_right, position.bottom_right, position.bottom_left
    return np.array([(point.x, point.y) for point in points], dtype=np.float64)


def _box(
    corners: np.ndarray[tuple[int, int], np.dtype[np.float64]], picture: Picture
) -> Box | None:
    hull = np.concatenate([corners.min(axis=0), corners.max(axis=0)]).astype(np.float32)
    return normalised(hull, picture.width, picture.height)
