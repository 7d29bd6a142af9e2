"""Checkpoints of torch, looked into without torch and without running anything in them.

A checkpoint is a pickle, which can call anything when it is loaded. `read_meta` rebuilds only what
is plain data; tensors stand empty, and a name of code that checkpoints have no business with
refuses the file before anything is called. `load_state` then reads the numbers by torch's own safe
loading.
"""

from __future__ import annotations

import io
import pickle
import re
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from videre.common.openmmlab.config import Refused

#: Longest description of tensors and other data, bytes; of a Swin-L detector it has 0.3 MB.
_MAX_PICKLE: Final = 64 << 20
#: Pickles that come one after another in files of torch before 1.6; the last one is the checkpoint.
_OLD_PICKLES: Final = 4
#: What checkpoints of training hold beside numbers; made empty, since nothing of it is used.
_EMPTY: Final = (
    "mmengine.logging.history_buffer.HistoryBuffer",
    "numpy.core.multiarray._reconstruct",
    "numpy.core.multiarray.scalar",
    "numpy._core.multiarray._reconstruct",
    "numpy._core.multiarray.scalar",
    "numpy.ndarray",
    "numpy.dtype",
    "_codecs.encode",
)
_OF_TORCH: Final = re.compile(
    r"torch\._utils\._rebuild_(tensor|tensor_v2|parameter)|torch\.(\w+Storage|Size|device|"
    r"u?int\d+|float\d+|bfloat16|bool|half|double|long)|torch\.storage\.\w+Storage"
)


class _Nothing:
    """Stands for whatever is not used: takes everything, keeps nothing, does nothing."""

    def __init__(self, *_args: object, **_named: object) -> None:
        """Take anything."""

    def __setstate__(self, _state: object) -> None:
        """Keep nothing."""


class _Reader(pickle.Unpickler):
    """Makes plain data, and nothing of what else is named."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what a name in the file stands for."""
        full = f"{module}.{name}"
        if full == "collections.OrderedDict":
            return OrderedDict
        if full in _EMPTY or _OF_TORCH.fullmatch(full):
            return _Nothing
        raise Refused(f"it asks for {full[:80]}, which is code and no number: refused, nothing run")

    def persistent_load(self, _key: Any) -> Any:
        """Return the stand-in of a tensor's numbers."""
        return _Nothing()


def read_meta(path: Path) -> Mapping[str, Any]:
    """Return what a checkpoint says of itself (`meta`); empty when it says nothing.

    Raises:
        Refused: it is no checkpoint, is cut off, or holds code.
    """
    try:
        with path.open("rb") as file:
            whole = _read_zip(file) if zipfile.is_zipfile(file) else _read_old(file)
    except Refused as error:
        raise Refused(f"{path.name}: {error}") from None
    except OSError as error:
        raise Refused(f"{path.name}: cannot be read ({error.strerror or error})") from error
    except Exception as error:  # a broken pickle may raise anything
        raise Refused(f"{path.name}: no checkpoint, or a broken one ({_words(error)})") from error
    if not isinstance(whole, dict):
        raise Refused(f"{path.name}: holds no dictionary")
    meta = whole.get("meta", {})
    if not isinstance(meta, dict):
        raise Refused(f"{path.name}: its meta is no dictionary")
    return meta


def _read_zip(file: BinaryIO) -> Any:
    with zipfile.ZipFile(file) as archive:
        found = [one for one in archive.infolist() if one.filename.endswith("/data.pkl")]
        if len(found) != 1:
            raise Refused("an archive without a checkpoint's data.pkl")
        if found[0].file_size > _MAX_PICKLE:
            raise Refused(f"its data.pkl has more than {_MAX_PICKLE} bytes")
        with archive.open(found[0]) as inner:
            return _Reader(io.BytesIO(inner.read(_MAX_PICKLE))).load()


def _read_old(file: BinaryIO) -> Any:
    file.seek(0)
    for _ in range(_OLD_PICKLES):
        last = _Reader(file).load()
    return last


def load_state(torch: Any, path: Path) -> dict[str, Any]:
    """Return the tensors of a checkpoint by name, on the CPU.

    Args:
        torch: the imported module.
        path: the file, which `read_meta` has let through.

    Raises:
        Refused: it cannot be read as numbers alone.
    """
    try:
        with torch.serialization.safe_globals([(_Nothing, name) for name in _EMPTY]):
            whole = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # of a broken file anything
        raise Refused(f"{path.name}: its numbers cannot be read ({_words(error)})") from error
    state = whole.get("state_dict", whole) if isinstance(whole, dict) else None
    if not isinstance(state, dict):
        raise Refused(f"{path.name}: holds no state_dict")
    tensors = {k.removeprefix("module."): v for k, v in state.items() if torch.is_tensor(v)}
    if not tensors:
        raise Refused(f"{path.name}: holds no tensors")
    return tensors


def put_into(network: Any, tensors: Mapping[str, Any], path: Path) -> None:
    """Give a network its numbers.

    Raises:
        Refused: some are missing, or of another shape: the config is another model's.
    """
    try:
        missing = network.load_state_dict(tensors, strict=False).missing_keys
    except RuntimeError as error:
        raise Refused(f"{path.name}: not of this config ({_words(error)})") from error
    lacking = [name for name in missing if not name.endswith("num_batches_tracked")]
    if lacking:
        raise Refused(
            f"{path.name}: not of this config, it lacks {lacking[0]} and {len(lacking) - 1} more"
        )


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
