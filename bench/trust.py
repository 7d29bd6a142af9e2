"""What trust costs: TLS with keys against plain text, sealing against not, and keys that change.

Orchestrators with different settings stand side by side and are asked in turn, so that whatever
else the machine does meets all of them alike. Small calls, uploads and jobs of texts: nothing of
models.
"""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import grpc
import numpy as np

from bench.harness import Outcome
from bench.options import Options
from tests.certificates import Authority
from tests.running import Processes, processes, tls_settings
from videre.cli.evaluation.figures import Measured
from videre.client import Access, Videre
from videre.v1 import job_pb2, job_pb2_grpc

_MB: Final = 1_000_000
#: Small calls of a round, one after the other, and in flight at the same time.
_CALLS: Final = 200
#: Of these, how many before another orchestrator is asked.
_BLOCK: Final = 10
_IN_FLIGHT: Final = 16
_ROUNDS: Final = 8
_QUICK_ROUNDS: Final = 2
#: An upload, and the text of a job.
_UPLOAD: Final = 24 * _MB
_QUICK_UPLOAD: Final = 4 * _MB
_LINES: Final = 400
#: Jobs that are submitted while keys change, at least.
_MEANWHILE: Final = 20
_TIMEOUT_S: Final = 120.0
#: Services are not there and nobody waits for them; limits of callers are not met.
_SETTINGS: Final = {"VIDERE_STAGE_PATIENCE": "0.1"}
_PLAIN, _KEYS, _GUARDED, _SEALED = "plain", "keys", "TLS and keys", "sealed"


@dataclass(slots=True)
class Taken:
    """What was measured of one orchestrator.

    Args:
        calls_s: of each small call, one after the other.
        per_s: small calls per second, many in flight; one value a round.
        upload_mb_s: megabytes per second; one value a round.
        jobs_s: from Submit to the end of a job; one value a round.
    """

    calls_s: list[float] = field(default_factory=list)
    per_s: list[float] = field(default_factory=list)
    upload_mb_s: list[float] = field(default_factory=list)
    jobs_s: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rotated:
    """What came of changing keys under load."""

    jobs: int
    failed: int
    seconds: float
    waiting: int
    readable: int


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Ask all in turn, then change the keys of the sealed one under load."""
    rounds = _QUICK_ROUNDS if options.quick else _ROUNDS
    size = _QUICK_UPLOAD if options.quick else _UPLOAD
    with tempfile.TemporaryDirectory(prefix="videre-bench-trust-") as place:
        folder = Path(place)
        tls = Authority(folder / "certificates").issue("videre")
        kinds: dict[str, Mapping[str, str]] = {
            _PLAIN: {},
            _KEYS: {"VIDERE_AUTH": "true"},
            _GUARDED: {"VIDERE_AUTH": "true", **tls_settings(tls)},
            _SEALED: {"VIDERE_ENCRYPTION": "true", "VIDERE_MASTER_KEY": _key()},
        }
        with contextlib.ExitStack() as held:
            suites = {
                kind: held.enter_context(
                    processes(folder / str(number), "orchestrator", **_SETTINGS, **settings)
                )
                for number, (kind, settings) in enumerate(kinds.items())
            }
            authorities = {kind: tls.authority if kind == _GUARDED else None for kind in kinds}
            taken = _in_turn(suites, authorities, folder / "upload.bin", size, rounds, tell)
            rotated = _rotate(suites[_SEALED], kinds[_SEALED]["VIDERE_MASTER_KEY"])
            tell(f"keys changed in {rotated.seconds:.1f} s")
    return _figures(taken, rotated, size), []


def _in_turn(
    suites: Mapping[str, Processes],
    authorities: Mapping[str, Path | None],
    file: Path,
    size: int,
    rounds: int,
    tell: Callable[[str], None],
) -> dict[str, Taken]:
    """Ask each orchestrator in each round."""
    taken = {kind: Taken() for kind in suites}
    with contextlib.ExitStack() as held:
        callers = {
            kind: held.enter_context(_caller(suite, authorities[kind]))
            for kind, suite in suites.items()
        }
        file.write_bytes(bytes(size))
        for caller in callers.values():  # connections and first calls do not count
            caller.job(Taken())
            caller.upload(Taken(), file)
            caller.calls_in_flight(Taken())
        for number in range(rounds):
            for step in _steps(file):
                for kind, caller in callers.items():
                    step(caller, taken[kind])
            tell(f"round {number + 1} of {rounds}, load {os.getloadavg()[0]:.1f}")
    return taken


def _steps(file: Path) -> Iterator[Callable[[_Caller, Taken], None]]:
    """Yield what a round measures: little at a time, so that all meet the same machine."""
    yield _Caller.job
    yield lambda caller, taken: caller.upload(taken, file)
    yield from [_Caller.calls] * (_CALLS // _BLOCK)
    yield _Caller.calls_in_flight


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


class _Caller:
    """Who calls an orchestrator: by bare stubs for small calls, by the SDK for the rest."""

    def __init__(self, target: str, access: Access) -> None:
        self.client = Videre(target, access=access)
        trusted = access.ca_file
        self._channel = (
            grpc.insecure_channel(target)
            if trusted is None
            else grpc.secure_channel(target, grpc.ssl_channel_credentials(trusted.read_bytes()))
        )
        self._stub: Any = job_pb2_grpc.JobServiceStub(self._channel)
        key = access.api_key
        self._metadata = (("authorization", f"Bearer {key}"),) if key else ()
        self._asked = job_pb2.QueryJobRequest()
        self._asked.read_mask.paths.append("job")

    def close(self) -> None:
        """Close the connections."""
        self.client.close()
        self._channel.close()

    def job(self, taken: Taken) -> None:
        """Have a text analysed."""
        begun = time.monotonic()
        job = _job(self.client)
        if job.state != job_pb2.JOB_STATE_SUCCEEDED:
            raise RuntimeError(f"a job of a text ended as {job.state}: {job.error.reason}")
        taken.jobs_s.append(time.monotonic() - begun)
        self._asked.job_id = job.job_id

    def upload(self, taken: Taken, file: Path) -> None:
        """Upload a file with bytes that were never there before."""
        size = file.stat().st_size
        file.write_bytes(secrets.token_bytes(size))
        begun = time.monotonic()
        self.client.upload(file)
        taken.upload_mb_s.append(size / _MB / (time.monotonic() - begun))

    def calls(self, taken: Taken) -> None:
        """Ask for the last job, one call after the other."""
        for _ in range(_BLOCK):
            begun = time.monotonic()
            self._stub.QueryJob(self._asked, metadata=self._metadata, timeout=_TIMEOUT_S)
            taken.calls_s.append(time.monotonic() - begun)

    def calls_in_flight(self, taken: Taken) -> None:
        """Ask for the last job, many calls at the same time."""
        waiting: deque[Any] = deque()
        begun = time.monotonic()
        for _ in range(_CALLS):
            if len(waiting) == _IN_FLIGHT:
                waiting.popleft().result()
            asked = self._stub.QueryJob.future(
                self._asked, metadata=self._metadata, timeout=_TIMEOUT_S
            )
            waiting.append(asked)
        for call in waiting:
            call.result()
        taken.per_s.append(_CALLS / (time.monotonic() - begun))


def _job(client: Videre) -> job_pb2.Job:
    """Wait for a job of a text that no other one has: it is looked at anew."""
    told = secrets.token_hex(8)
    lines = [f"Line {n} of {told}: a ship of Hamburg sails at dawn." for n in range(_LINES)]
    request = job_pb2.SubmitJobRequest(request_id=told)
    request.inputs.add(inline_text="\n".join(lines))
    return client.wait(client.submit_request(request).job.job_id, timeout_s=_TIMEOUT_S)


@contextlib.contextmanager
def _caller(suite: Processes, authority: Path | None) -> Iterator[_Caller]:
    first = suite.folder / "data" / "admin.key"
    key = first.read_text(encoding="utf-8").strip() if first.exists() else ""
    caller = _Caller(suite.target("orchestrator"), Access(api_key=key, ca_file=authority))
    try:
        yield caller
    finally:
        caller.close()


def _rotate(suite: Processes, old: str) -> Rotated:
    """Give a sealed orchestrator another master key and data key while it works."""
    new = _key()
    _restart(suite, f"{new},{old}")
    ended: list[job_pb2.Job] = []
    done = threading.Event()

    def submit() -> None:
        with suite.client() as client:
            while len(ended) < _MEANWHILE or not done.is_set():
                ended.append(_job(client))

    caller = threading.Thread(target=submit, name="caller")
    caller.start()
    begun = time.monotonic()
    _reseal(suite, f"{new},{old}", "--new-data-key")
    seconds = time.monotonic() - begun
    done.set()
    caller.join()
    left = _reseal(suite, f"{new},{old}")  # what waited for jobs to end
    _restart(suite, new)
    with suite.client() as client:
        readable = sum(
            client.get_analysis(job.media_id).result_digest == job.result_digest for job in ended
        )
    failed = sum(job.state != job_pb2.JOB_STATE_SUCCEEDED for job in ended)
    return Rotated(len(ended), failed, seconds, left, readable)


def _restart(suite: Processes, keys: str) -> None:
    suite.kill("orchestrator")
    suite.configure(VIDERE_MASTER_KEY=keys)
    suite.start("orchestrator")


def _reseal(suite: Processes, keys: str, *options: str) -> int:
    """Run `at-rest reseal` beside an orchestrator; return 1 where files wait for its jobs."""
    settings = {
        "VIDERE_DATA_DIR": str(suite.folder / "data"),
        "VIDERE_ENCRYPTION": "true",
        "VIDERE_MASTER_KEY": keys,
    }
    module = [sys.executable, "-m", "videre.orchestrator.at_rest", "reseal", *options]
    ran = subprocess.run(
        module, env=os.environ | settings, capture_output=True, text=True, check=False
    )
    if ran.returncode not in (0, 1):
        raise RuntimeError(ran.stderr[-2_000:])
    return ran.returncode


def _part(values: list[float], percent: float) -> float:
    return float(np.percentile(values, percent))


def _figures(taken: Mapping[str, Taken], rotated: Rotated, size: int) -> list[Measured]:
    rounds = len(taken[_PLAIN].jobs_s)
    calls = len(taken[_PLAIN].calls_s)
    figures = []
    for kind, one in taken.items():
        figures += [
            Measured(f"{kind}: small call p50", 1e3 * _part(one.calls_s, 50), "ms",
                     f"{calls} QueryJob, one after the other"),
            Measured(f"{kind}: small call p99", 1e3 * _part(one.calls_s, 99), "ms",
                     f"{calls} QueryJob, one after the other"),
            Measured(f"{kind}: small calls", _part(one.per_s, 50), "1/s",
                     f"{_IN_FLIGHT} in flight, {calls} QueryJob; median of {rounds} rounds"),
            Measured(f"{kind}: upload", _part(one.upload_mb_s, 50), "MB/s",
                     f"{size / _MB:g} MB; median of {rounds} rounds"),
            Measured(f"{kind}: job of a text", _part(one.jobs_s, 50), "s",
                     f"from Submit to its end, {_LINES} lines; median of {rounds} rounds"),
        ]  # fmt: skip
    plain = taken[_PLAIN]
    for kind in (_GUARDED, _SEALED):
        one = taken[kind]
        figures += [
            Measured(f"{kind} against plain: time of a small call",
                     _part(one.calls_s, 50) / _part(plain.calls_s, 50), "", "ratio of p50"),
            Measured(f"{kind} against plain: small calls per second",
                     _part(one.per_s, 50) / _part(plain.per_s, 50), "", "ratio of medians"),
            Measured(f"{kind} against plain: upload",
                     _part(one.upload_mb_s, 50) / _part(plain.upload_mb_s, 50), "",
                     "ratio of medians, MB/s"),
            Measured(f"{kind} against plain: time of a job",
                     _part(one.jobs_s, 50) / _part(plain.jobs_s, 50), "", "ratio of medians"),
        ]  # fmt: skip
    asked = 1e3 * (_part(taken[_KEYS].calls_s, 50) - _part(plain.calls_s, 50))
    return [
        *figures,
        Measured("asking who calls, and whether they may", asked, "ms",
                 "p50 of a small call with a key less that without"),
        Measured("rotation under load: jobs", rotated.jobs, "jobs",
                 "submitted one after the other while another master and data key came in"),
        Measured("rotation under load: jobs that failed", rotated.failed, "jobs", "of these"),
        Measured("rotation under load: results readable by the new key alone",
                 rotated.readable / rotated.jobs, "", "of these"),
        Measured("rotation under load: wait at the end", rotated.waiting, "",
                 "1 = files are not sealed anew when the jobs have ended"),
        Measured("rotation", rotated.seconds, "s", "reseal --new-data-key beside the jobs"),
    ]  # fmt: skip
