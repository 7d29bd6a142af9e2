"""How one artifact lies in a file: plain, or behind a header that names its codec.

An artifact with codec "none" is its bytes and nothing else, so that decoders and `sendfile` take it
as it is. Every other codec puts this header (little-endian, 32 bytes) before the coded bytes:

    0   4  magic "VDRA"
    4   1  version (1)
    5   1  codec: 1 zstd, 2 aes-gcm
    6  16  key id, zero-padded ASCII; empty without encryption
    22  8  size of the uncompressed bytes
    30  2  zero
"""

from __future__ import annotations

import io
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, Literal, NamedTuple, cast

import zstandard

from videre.common.errors import Reason, VidereError

Codec = Literal["none", "zstd", "aes-gcm"]

PIECE: Final = 1 << 20  # bytes
#: Most bytes that are uncompressed in one go.
_AT_ONCE: Final = 256 << 20
_HEADER: Final = struct.Struct("<4sBB16sQ2x")
HEADER_BYTES: Final = _HEADER.size
_MAGIC: Final = b"VDRA"
_VERSION: Final = 1
_CODES: Final[dict[Codec, int]] = {"zstd": 1, "aes-gcm": 2}
_UNTOLD: Final = -1  # zstandard's answer for a frame that does not tell its size
_LEVEL: Final = 3  # zstd's own default


class _PerThread(threading.local):
    """A decompressor of each thread: making one costs more than a small artifact's bytes."""

    def __init__(self) -> None:
        self.coder = zstandard.ZstdDecompressor()


_own: Final = _PerThread()


class Header(NamedTuple):
    """What stands before coded bytes."""

    codec: Codec
    key_id: str
    size: int


def write_header(file: BinaryIO, header: Header) -> None:
    """Write a header at the start of a file."""
    file.seek(0)
    file.write(
        _HEADER.pack(
            _MAGIC, _VERSION, _CODES[header.codec], header.key_id.encode("ascii"), header.size
        )
    )


def read_header(file: BinaryIO) -> Header:
    """Read the header; the file stands at the coded bytes then.

    Raises:
        VidereError: ARTIFACT_CORRUPT; OPTION_UNIMPLEMENTED for a codec this release cannot read.
    """
    return _header(file.read(_HEADER.size))


def _header(raw: bytes) -> Header:
    if len(raw) < _HEADER.size:
        raise _corrupt("the header is cut off")
    magic, version, code, key_id, size = _HEADER.unpack(raw)
    codec = next((name for name, value in _CODES.items() if value == code), None)
    if magic != _MAGIC or version != _VERSION or codec is None or not key_id.isascii():
        raise _corrupt("this is not an artifact's header")
    refuse_encryption(codec)
    return Header(codec, key_id.rstrip(b"\0").decode("ascii"), size)


def refuse_encryption(codec: Codec) -> None:
    """Refuse the codec that has its place in the format but no implementation.

    Raises:
        VidereError: OPTION_UNIMPLEMENTED.
    """
    if codec == "aes-gcm":
        raise VidereError(
            Reason.OPTION_UNIMPLEMENTED,
            "artifacts with codec aes-gcm are not in this release",
            metadata={"option": "codec", "actual": codec},
        )


def coded_writer(file: BinaryIO, codec: Codec) -> BinaryIO:
    """Return a stream that writes coded bytes into `file`, leaving room for the header.

    Closing it completes the codec's frame and leaves `file` open.
    """
    write_header(file, Header(codec, "", 0))
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False)
    return cast(BinaryIO, compressor.stream_writer(file, closefd=False))


def plain_pieces(path: Path, *, coded: bool) -> Iterator[bytes]:
    """Yield an artifact's uncompressed bytes in pieces of at most 1 MiB.

    Raises:
        VidereError: ARTIFACT_CORRUPT.
    """
    with path.open("rb") as file:
        if not coded:
            while piece := file.read(PIECE):
                yield piece
            return
        header = read_header(file)
        left = header.size
        with zstandard.ZstdDecompressor().stream_reader(file, closefd=False) as reader:
            try:
                ended = False
                while not ended:
                    asked = min(PIECE, left + 1)
                    piece = reader.read(asked)
                    ended = len(piece) < asked  # the reader gives what it is asked for till the end
                    left -= len(piece)
                    if left < 0:
                        raise _corrupt("there are more bytes than the header says")
                    if piece:
                        yield piece
            except zstandard.ZstdError as error:
                raise _corrupt(f"zstd: {error}") from error
        if left:
            raise _corrupt(f"{left} bytes are missing")


def plain_bytes(path: str, *, coded: bool) -> bytes:
    """Return an artifact's uncompressed bytes, all at once: films have thousands of them.

    Raises:
        FileNotFoundError: there is no such file.
        VidereError: ARTIFACT_CORRUPT.
    """
    with open(path, "rb", buffering=0) as file:
        stored = file.readall()
    if not coded:
        return stored
    size = _header(stored[: _HEADER.size]).size
    if size > _AT_ONCE:  # a header that lies must not ask for memory
        return b"".join(plain_pieces(Path(path), coded=True))
    try:
        coded_bytes = memoryview(stored)[_HEADER.size :]
        told = zstandard.frame_content_size(coded_bytes)
        if told not in (_UNTOLD, size):  # nor may a frame that does
            raise _corrupt(f"the frame tells of {told} bytes, the header of {size}")
        data = _own.coder.decompress(coded_bytes, size + 1, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise _corrupt(f"zstd: {error}") from error
    if len(data) != size:
        raise _corrupt(f"{len(data)} bytes instead of {size}")
    return data


def plain_size(path: Path, *, coded: bool) -> int:
    """Return the number of uncompressed bytes without reading them."""
    if not coded:
        return path.stat().st_size
    with path.open("rb") as file:
        return read_header(file).size


def told_size(head: bytes) -> int:
    """Return the number of uncompressed bytes that the first `HEADER_BYTES` of a file tell.

    Raises:
        VidereError: ARTIFACT_CORRUPT; OPTION_UNIMPLEMENTED for a codec this release cannot read.
    """
    return _header(head).size


def skip(pieces: Iterator[bytes], offset: int, length: int) -> bytes:
    """Return `length` bytes of a stream of pieces from `offset` on; fewer at its end."""
    taken = io.BytesIO()
    for piece in pieces:
        if offset >= len(piece):
            offset -= len(piece)
            continue
        taken.write(piece[offset : offset + length - taken.tell()])
        offset = 0
        if taken.tell() >= length:
            break
    return taken.getvalue()


def _corrupt(why: str) -> VidereError:
    return VidereError(Reason.ARTIFACT_CORRUPT, f"a stored artifact is damaged: {why}")
