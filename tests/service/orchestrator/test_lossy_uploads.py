"""An upload that loses its connection twenty times goes on where it was, and ends with its bytes.

64 MiB, or as many as VIDERE_UPLOAD_MB says: the gate for releases takes a gigabyte.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from calling import Api
from cutting import Cutter, Limit
from running import Processes, processes

from videre.client import RetryPolicy, Videre
from videre.v1 import analysis_pb2, media_pb2

pytestmark = pytest.mark.long

MIB: Final = 1 << 20
SIZE_MIB: Final = int(os.environ.get("VIDERE_UPLOAD_MB", "64"))
CUTS: Final = 20
#: What a cut may cost: the piece under way, and its call.
WINDOW: Final = MIB + (64 << 10)
#: What HTTP/2 and gRPC add to the bytes of a piece, at most.
OVERHEAD: Final = 1.005
#: Growth of the server's memory over the whole upload, whatever its size.
GROWTH_MIB: Final = 40
#: Enough for hashing a gigabyte on a busy machine.
CALL_S: Final = 300.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """A server that a small upload has warmed up."""
    folder = tmp_path_factory.mktemp("server")
    with processes(folder, "orchestrator") as running:
        with Api(running.ports.target("orchestrator")) as api:
            api.uploaded(bytes(MIB), name="zeros.bin")
        yield running
    shutil.rmtree(folder / "data")  # gigabytes, which pytest would keep for three runs


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A WAV file; no two of its megabytes are the same, so that none can stand for another."""
    path = tmp_path_factory.mktemp("sound") / "long.wav"
    noise = random.Random(1).randbytes(MIB + SIZE_MIB)
    with wave.open(str(path), "wb") as target:
        target.setparams((2, 2, 48_000, 0, "NONE", ""))
        for number in range(SIZE_MIB):
            target.writeframes(noise[number : number + MIB])
    yield path
    path.unlink()


def memory(pid: int, field: str) -> int:
    """Return VmRSS or VmHWM, the highest so far, of a process, bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (found,) = [line for line in lines if line.startswith(field + ":")]
    return int(found.split()[1]) << 10


def cuts_of(size: int) -> list[Limit]:
    """Return after how many bytes each connection is cut; all but the last are."""
    chance = random.Random(20)
    places = sorted(chance.sample(range(4_096, size - 4_096, 4_096), CUTS))
    return [Limit(up=after - before) for before, after in pairwise([0, *places])]


def digest_of(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What became of the upload.

    Args:
        cuts, sent: what the proxy saw of it.
        again: digest of the bytes that were read back.
        growth: of the server's memory, over the upload and the reading, bytes.
    """

    media: media_pb2.Media
    cuts: int
    sent: int
    again: str
    growth: int


@pytest.fixture(scope="module")
def uploaded(server: Processes, sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Uploaded:
    """The sound, uploaded through a proxy that cuts every connection but the last."""
    pid = server.pid("orchestrator")
    before = memory(pid, "VmRSS")
    with Cutter(server.ports.orchestrator, cuts_of(sound.stat().st_size)) as proxy:
        persistent = RetryPolicy(attempts=1_000, base_s=0.05, cap_s=0.2)
        with Videre(proxy.target, timeout_s=CALL_S, retry=persistent) as videre:
            media = videre.upload(sound).media
        cuts, sent = proxy.cuts, proxy.sent
    with Videre(server.ports.target("orchestrator"), timeout_s=CALL_S) as direct:
        path = tmp_path_factory.mktemp("again") / "again.wav"
        again = digest_of(direct.read_artifact_to(media.digest, path))
        path.unlink()
    return Uploaded(media, cuts, sent, again, memory(pid, "VmHWM") - before)


def test_an_upload_goes_on_after_every_cut(uploaded: Uploaded, sound: Path) -> None:
    digest, size = digest_of(sound), sound.stat().st_size
    assert uploaded.cuts == CUTS
    assert uploaded.sent <= size * OVERHEAD + CUTS * WINDOW
    assert (uploaded.media.digest, uploaded.media.size_bytes) == (digest, size)
    assert uploaded.again == digest


def test_an_upload_takes_no_memory_that_grows_with_it(uploaded: Uploaded) -> None:
    assert uploaded.growth < GROWTH_MIB * MIB, f"{uploaded.growth / MIB:.0f} MiB"


def test_what_was_uploaded_is_the_media_it_was(server: Processes, uploaded: Uploaded) -> None:
    media_id = uploaded.media.media_id
    with server.client() as videre:
        job = videre.submit(media_id=media_id, features=["speech"])
        for event in videre.watch(job.job_id):
            if event.stage.name == "probe" and event.stage.done:
                break
        videre.cancel(job.job_id)
        info = videre.get_media(media_id).media_info
    assert info.kind == analysis_pb2.MEDIA_KIND_AUDIO
    assert info.duration.ToNanoseconds() == SIZE_MIB * MIB * 10**9 // (48_000 * 4)
    assert event.stage.state == analysis_pb2.STAGE_STATE_SUCCEEDED
