"""The child process that decodes frames: `python -m videre.production.frame_child`.

Reads one request from standard input, a line of JSON and the places of the wanted frames, sets its
own limits and gives up the network and all files but the media before it touches that, and writes
one record per wanted frame to standard output: frame index (int64), number of bytes (uint32), the
picture's BGR bytes; no bytes for a frame that cannot be decoded. The last record has a negative
index, `DONE` or `FAILED`, and JSON. It may be killed at any time.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO, Final

from videre.common.confinement import give_up_files, leave_network
from videre.production.frame_places import Places

RECORD: Final = struct.Struct("<qI")
DONE: Final = -1
FAILED: Final = -2


def set_limits(memory_bytes: int, cpu_s: int, *, file_bytes: int = 1 << 20) -> None:
    """Bound memory, processor time, descriptors and file sizes of this process; no core dumps."""
    for kind, soft, hard in (
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_AS, memory_bytes, memory_bytes),
        (resource.RLIMIT_CPU, cpu_s, cpu_s + 5),
        (resource.RLIMIT_NOFILE, 64, 64),
        (resource.RLIMIT_FSIZE, file_bytes, file_bytes),  # by default its messages and no more
    ):
        most = resource.getrlimit(kind)[1]
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        resource.setrlimit(kind, (soft, hard))


def serve(request: dict[str, Any], places: Places, out: BinaryIO) -> None:
    """Decode what is asked and write the records."""
    import av
    import cv2

    from videre.production.frames import FrameDecoder, PictureMaker

    av.logging.set_level(None)
    cv2.setNumThreads(1)
    size = (request["width"], request["height"])
    maker = PictureMaker(
        size, request["rotation"], hdr=request["hdr"], transparent=request["transparent"]
    )
    decoder = FrameDecoder(Path(request["path"]), request["stream_index"], request["mapping"])
    try:
        for wanted in places.wanted():
            found = decoder.find(wanted)
            picture = b"" if found is None else maker.make(found).tobytes()
            out.write(RECORD.pack(wanted.frame, len(picture)))
            out.write(picture)
            out.flush()
        _end(out, DONE, {"cpu_seconds": sum(os.times()[:2])})
    except MemoryError:
        _end(out, FAILED, {"reason": "DECODE_LIMIT", "message": "decoding needs too much memory"})
    except (av.FFmpegError, ValueError, IndexError, TypeError, OSError) as error:
        message = f"the pictures cannot be decoded ({error})"
        _end(out, FAILED, {"reason": "DECODE_FAILED", "message": message})


def _end(out: BinaryIO, kind: int, content: dict[str, Any]) -> None:
    data = json.dumps(content).encode()
    out.write(RECORD.pack(kind, len(data)))
    out.write(data)
    out.flush()


def main() -> None:
    """Serve one request."""
    request = json.loads(sys.stdin.buffer.readline())
    places = Places.decode(sys.stdin.buffer.read())
    set_limits(request["memory_bytes"], request["cpu_s"])
    leave_network()
    give_up_files([Path(request["path"])], [])
    serve(request, places, sys.stdout.buffer)
    os._exit(0)  # libraries need no tidying up: the process was made to be thrown away


if __name__ == "__main__":
    main()
