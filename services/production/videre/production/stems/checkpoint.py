"""Arrays out of a checkpoint of torch that holds numpy arrays, without torch and without its code.

A checkpoint is a pickle, which can call anything. Only the four names that such arrays are written
with are known here, and stand for functions of this module; every other name refuses the file.
"""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[np.float32]]

_FLOAT32: Final = "f4"


class _Array:
    """An array on its way out of the file."""

    def __init__(self, *_made_of: object) -> None:
        self.numbers = np.zeros(0, np.float32)

    def __setstate__(self, state: tuple[int, tuple[int, ...], _Kind, bool, bytes]) -> None:
        _, shape, kind, turned, data = state
        if kind.name != _FLOAT32 or turned:
            raise ValueError("an array is not of float32 in the order of its rows")
        self.numbers = np.frombuffer(data, "<f4").reshape(shape)


class _Kind:
    """Which numbers an array holds."""

    def __init__(self, name: str, *_how: object) -> None:
        self.name = name

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        if state[1] not in ("<", "|"):
            raise ValueError("an array is not little endian")


def _bytes(text: str, encoding: str) -> bytes:
    """Return bytes that old pickles hold as text."""
    if encoding != "latin1":
        raise ValueError(f"bytes are written as {encoding}")
    return text.encode("latin1")


_KNOWN: Final[dict[str, Any]] = {
    "numpy.core.multiarray._reconstruct": _Array,
    "numpy._core.multiarray._reconstruct": _Array,
    "numpy.ndarray": _Array,
    "numpy.dtype": _Kind,
    "_codecs.encode": _bytes,
}


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Return what a name in the file stands for."""
        full = f"{module}.{name}"
        if full not in _KNOWN:
            raise ValueError(f"it asks for {full[:80]}, which is no array")
        return _KNOWN[full]


def read_arrays(path: Path) -> Arrays:
    """Return the arrays of a checkpoint by name.

    Raises:
        ValueError: it is no such checkpoint, or asks for anything but arrays of float32.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            name = next(one for one in packed.namelist() if one.endswith("/data.pkl"))
            with packed.open(name) as file:
                found: Any = _Reader(file).load()
    except (zipfile.BadZipFile, StopIteration, pickle.UnpicklingError, EOFError) as error:
        raise ValueError(f"{path.name} is no checkpoint") from error
    if not isinstance(found, dict) or not all(isinstance(one, _Array) for one in found.values()):
        raise ValueError(f"{path.name} holds other things than arrays")
    return {str(key): one.numbers for key, one in found.items()}
