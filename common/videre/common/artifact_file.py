"""How one artifact lies in a file: plain, or behind a header that names its codec.

An artifact with codec "none" that is not sealed is its bytes and nothing else, so that decoders
take it as it is. Every other one has this header (little-endian, 32 bytes) before the coded bytes:

    0   4  magic "VDRA"
    4   1  version (1)
    5   1  1 zstd; sealed by AES-GCM: 2 none, 3 zstd, which is compressed first
    6  16  id of the master key, ASCII (see `keys.key_id`); zero where it is not sealed
    22  8  size of the uncompressed bytes
    30  2  zero

In a sealed one the data key follows, sealed under the master key (60 bytes), and then the pieces
(see `sealed_file`).
"""

from __future__ import annotations

import io
import re
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, Literal, NamedTuple, TypeAlias, cast

import zstandard

from videre.common.errors import Reason, VidereError

Codec = Literal["none", "zstd"]

PIECE: Final = 1 << 20  # bytes
#: Most bytes that are uncompressed in one go.
_AT_ONCE: Final = 256 << 20
_HEADER: Final = struct.Struct("<4sBB16sQ2x")
HEADER_BYTES: Final = _HEADER.size
_MAGIC: Final = b"VDRA"
_VERSION: Final = 1
#: Codec and whether it is sealed, by the code in the header.
_CODES: Final[dict[int, tuple[Codec, bool]]] = {
    1: ("zstd", False),
    2: ("none", True),
    3: ("zstd", True),
}
#: What a header says of its key, sealed and not.
_KEY_ID: Final = re.compile(rb"[0-9a-f]{16}")
_NO_KEY: Final = re.compile(rb"\0{16}")
_UNTOLD: Final = -1  # zstandard's answer for a frame that does not tell its size
_LEVEL: Final = 3  # zstd's own default


class _PerThread(threading.local):
    """A decompressor of each thread: making one costs more than a small artifact's bytes."""

    def __init__(self) -> None:
        self.coder = zstandard.ZstdDecompressor()


_own: Final = _PerThread()


class Header(NamedTuple):
    """What stands before coded bytes; without a key id they are not sealed."""

    codec: Codec
    key_id: str
    size: int


#: Returns what is sealed in a file that stands behind its header.
Unseal: TypeAlias = Callable[[BinaryIO, Header], BinaryIO]


def write_header(file: BinaryIO, header: Header) -> None:
    """Write a header at the start of a file."""
    meant = (header.codec, bool(header.key_id))
    [code] = [code for code, form in _CODES.items() if form == meant]
    file.seek(0)
    file.write(_HEADER.pack(_MAGIC, _VERSION, code, header.key_id.encode("ascii"), header.size))


def read_header(file: BinaryIO) -> Header:
    """Read the header; the file stands behind it then.

    Raises:
        VidereError: ARTIFACT_CORRUPT.
    """
    return _header(file.read(_HEADER.size))


def _header(raw: bytes) -> Header:
    if len(raw) < _HEADER.size:
        raise _corrupt("the header is cut off")
    magic, version, code, key_id, size = _HEADER.unpack(raw)
    form = _CODES.get(code)
    if magic != _MAGIC or version != _VERSION or form is None:
        raise _corrupt("this is not an artifact's header")
    codec, sealed = form
    if not (_KEY_ID if sealed else _NO_KEY).fullmatch(key_id):
        raise _corrupt("the header does not say what it is sealed under")
    return Header(codec, key_id.rstrip(b"\0").decode("ascii"), size)


def compressing(file: BinaryIO) -> BinaryIO:
    """Return a stream that writes zstd into `file`; closing it leaves `file` open."""
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False)
    return cast(BinaryIO, compressor.stream_writer(file, closefd=False))


def no_keys(_file: BinaryIO, header: Header) -> BinaryIO:
    """Open nothing.

    Raises:
        VidereError: KEY_MISSING.
    """
    raise VidereError(
        Reason.KEY_MISSING, f"an artifact is sealed under {header.key_id}, and no key is here"
    )


def plain_pieces(path: Path, unseal: Unseal = no_keys, *, coded: bool) -> Iterator[bytes]:
    """Yield an artifact's uncompressed bytes in pieces of at most 1 MiB.

    Raises:
        VidereError: ARTIFACT_CORRUPT; what `unseal` raises.
    """
    with path.open("rb") as file:
        if not coded:
            yield from _pieces(file)
            return
        header = read_header(file)
        body = unseal(file, header) if header.key_id else file
        left = header.size
        for piece in _pieces(body) if header.codec == "none" else _inflated(body, left):
            left -= len(piece)
            if left < 0:
                raise _corrupt("there are more bytes than the header says")
            yield piece
        if left:
            raise _corrupt(f"{left} bytes are missing")


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _inflated(file: BinaryIO, left: int) -> Iterator[bytes]:
    """Yield what zstd makes of a file: one byte more than `left` at most."""
    with zstandard.ZstdDecompressor().stream_reader(file, closefd=False) as reader:
        try:
            ended = False
            while not ended:
                asked = min(PIECE, left + 1)
                piece = reader.read(asked)
                ended = len(piece) < asked  # the reader gives what it is asked for till the end
                left -= len(piece)
                if piece:
                    yield piece
                if left < 0:
                    return
        except zstandard.ZstdError as error:
            raise _corrupt(f"zstd: {error}") from error


def plain_bytes(path: str, unseal: Unseal = no_keys, *, coded: bool) -> bytes:
    """Return an artifact's uncompressed bytes, all at once: films have thousands of them.

    Raises:
        FileNotFoundError: there is no such file.
        VidereError: ARTIFACT_CORRUPT; what `unseal` raises.
    """
    with open(path, "rb", buffering=0) as file:
        stored = file.readall()
    if not coded:
        return stored
    header = _header(stored[: _HEADER.size])
    size = header.size
    if header.key_id or size > _AT_ONCE:  # a header that lies must not ask for memory
        return b"".join(plain_pieces(Path(path), unseal, coded=True))
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


def key_of(path: Path) -> str:
    """Return the id of the master key that a file with a header is sealed under; "" = none.

    Raises:
        VidereError: ARTIFACT_CORRUPT.
    """
    with path.open("rb") as file:
        return read_header(file).key_id


def plain_size(path: Path, *, coded: bool) -> int:
    """Return the number of uncompressed bytes without reading them."""
    if not coded:
        return path.stat().st_size
    with path.open("rb") as file:
        return read_header(file).size


def told_size(head: bytes) -> int:
    """Return the number of uncompressed bytes that the first `HEADER_BYTES` of a file tell.

    Raises:
        VidereError: ARTIFACT_CORRUPT.
    """
    return _header(head).size


def plain_range(path: Path, unseal: Unseal, offset: int, length: int, *, coded: bool) -> bytes:
    """Return up to `length` uncompressed bytes from `offset` on; fewer at the end.

    Raises:
        VidereError: ARTIFACT_CORRUPT; what `unseal` raises.
    """
    with path.open("rb") as file:
        body, codec = cast(BinaryIO, file), "none"
        if coded:
            header = read_header(file)
            codec = header.codec
            if header.key_id and codec == "none":
                body = unseal(file, header)
        if codec == "none":
            body.seek(offset)
            return _read(body, length)
    return _skip(plain_pieces(path, unseal, coded=True), offset, length)


def _read(file: BinaryIO, length: int) -> bytes:
    """Return `length` bytes; sealed files give them piece by piece."""
    taken = bytearray()
    while len(taken) < length and (piece := file.read(length - len(taken))):
        taken += piece
    return bytes(taken)


def _skip(pieces: Iterator[bytes], offset: int, length: int) -> bytes:
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
