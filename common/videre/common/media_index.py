"""The stored form of a media index, which the orchestrator writes and production reads. Pure.

Deterministic: the magic `VMIX1\\n`, the header's length (uint32, little endian), the header
(canonical JSON: integers, strings, fractions as "n/d"), then the arrays one after another: `pts`
(int64 × frames), `tokens` (int64 × frames, only when the header's `tokens` is true), `keys`
(uint8 × frames). All numbers are little endian. The orchestrator's `media/index.py` says what the
header's fields and the arrays mean.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from videre.common.errors import Reason, VidereError
from videre.common.values import canonical_json

_MAGIC: Final = b"VMIX1\n"
_LENGTH: Final = struct.Struct("<I")
_HEADER: Final = len(_MAGIC) + _LENGTH.size
_INT64: Final = 8


@dataclass(frozen=True, slots=True)
class StoredIndex:
    """A media index as it is stored.

    Args:
        header: JSON values; "frames" and "tokens" belong to the form and are not among them.
        pts: int64 × frames.
        tokens: int64 × frames.
        keys: uint8 × frames.
    """

    header: Mapping[str, Any]
    pts: bytes | memoryview = b""
    tokens: bytes | memoryview = b""
    keys: bytes | memoryview = b""

    def encode(self) -> bytes:
        """Return the stored form; tokens that equal `pts` are stored once."""
        own = self.tokens != self.pts
        text = canonical_json({**self.header, "frames": len(self.keys), "tokens": own})
        tokens = self.tokens if own else b""
        return b"".join([_MAGIC, _LENGTH.pack(len(text)), text, self.pts, tokens, self.keys])

    @staticmethod
    def decode(data: bytes) -> StoredIndex:
        """Read the stored form; the arrays are views of `data`.

        Raises:
            VidereError: ARTIFACT_CORRUPT when these bytes are not a whole media index.
        """
        if data[: len(_MAGIC)] != _MAGIC or len(data) < _HEADER:
            raise _corrupt("is not a media index")
        view = memoryview(data)
        (length,) = _LENGTH.unpack_from(data, len(_MAGIC))
        with refusing_damage():
            header = json.loads(data[_HEADER : _HEADER + length])
            frames, own = int(header.pop("frames")), bool(header.pop("tokens"))
        after_pts = _HEADER + length + frames * _INT64
        after_tokens = after_pts + frames * _INT64 * own
        if frames < 0 or len(data) != after_tokens + frames:
            raise _corrupt("is not a whole media index")
        pts = view[_HEADER + length : after_pts]
        tokens = view[after_pts:after_tokens] if own else pts
        return StoredIndex(header, pts, tokens, view[after_tokens:])


@contextmanager
def refusing_damage() -> Iterator[None]:
    """Read what a header holds inside this block: values that make no sense are damage.

    Raises:
        VidereError: ARTIFACT_CORRUPT in place of what the block raises.
    """
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError,
            ValueError) as error:  # fmt: skip
        raise _corrupt("is not a media index") from error


def _corrupt(words: str) -> VidereError:
    return VidereError(Reason.ARTIFACT_CORRUPT, f"the artifact {words}")
