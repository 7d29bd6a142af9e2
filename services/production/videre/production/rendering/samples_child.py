"""The decoding process of sound: `python -m videre.production.rendering.samples_child`.

Reads a job (JSON) from standard input, sets its own limits before it touches a media, and writes
raw samples into the file that the job names. Answers as the rendering process does.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from videre.common.confinement import leave_network
from videre.common.errors import Reason, VidereError
from videre.production.frame_child import set_limits
from videre.production.rendering.child import Teller

_MEMORY_BYTES: Final = 2 << 30
#: Processor time: a start and a share of what is decoded.
_CPU_S: Final = 60
_CPU_PER_MEDIA_S: Final = 1
_BYTES: Final = 4


def serve(teller: Teller, data: bytes) -> None:
    """Do a job and tell how it ended."""
    import av

    from videre.production.media_index import read_media
    from videre.production.rendering.feeder import LAYOUTS
    from videre.production.rendering.samples import JOB
    from videre.production.rendering.sound import SoundReader

    av.logging.set_level(None)
    job = JOB.validate_json(data)
    first, end = round(job.start * job.rate), round(job.end * job.rate)
    size = (end - first) * job.channels * _BYTES
    cpu_s = _CPU_S + int(_CPU_PER_MEDIA_S * float(job.end))
    set_limits(_MEMORY_BYTES, cpu_s, file_bytes=size + job.rate)
    try:
        media = read_media(Path(job.index).read_bytes())
        reader = SoundReader(Path(job.path), media, job.rate, LAYOUTS[job.channels])
        with Path(job.out).open("wb") as out:
            for at in range(first, end, job.rate):
                out.write(reader.read(at, min(job.rate, end - at)).tobytes())
                teller.share((at - first) / max(1, end - first))
        reader.close()
        times = os.times()
        teller.say({"done": {"cpu_seconds": times.user + times.system}})
    except VidereError as error:
        _failed(teller, str(error.reason), error.message)
    except MemoryError:
        _failed(teller, Reason.DECODE_LIMIT, "decoding needs too much memory")
    except (av.FFmpegError, ValueError, IndexError, TypeError, OSError) as error:
        _failed(teller, Reason.DECODE_FAILED, f"the sound cannot be decoded ({error})")


def _failed(teller: Teller, reason: str, message: str) -> None:
    teller.say({"failed": {"reason": str(reason), "message": message}})


def main() -> None:
    """Serve one job."""
    leave_network()
    serve(Teller(sys.stdout.buffer), sys.stdin.buffer.read())
    os._exit(0)  # libraries need no tidying up: the process was made to be thrown away


if __name__ == "__main__":
    main()
