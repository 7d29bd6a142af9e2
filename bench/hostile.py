"""Hundreds of hostile inputs, each answered as it should be; afterwards the suite is as before."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import grpc

from bench.faults.canaries import Canaries, unread
from bench.faults.leaks import files_in
from bench.faults.rest import at_rest, left_behind, open_pools
from bench.harness import Outcome
from bench.hostile_inputs.case import Hostile
from bench.hostile_inputs.catalogue import AT_ONCE, catalogue, warm_up
from bench.measures.soak import Look
from bench.options import Options
from tests.calling import Api, refusal_of
from tests.running import ALL, Processes, processes
from videre.cli.evaluation.figures import Case, Measured
from videre.v1 import analysis_pb2, job_pb2, project_pb2

#: Longest time for one input, from its first byte to the end of its job, seconds.
_PATIENCE_S: Final = 120.0
_MAX_BYTES: Final = 32 << 20
_SPOOL_BYTES: Final = 16 << 20
#: Rounds of the warm-up: allocators reach their working size after some.
_WARM_ROUNDS: Final = 2
#: Looks at the processes on the way: what grows with the inputs is told from what grew once.
_PARTS: Final = 5
_MIB: Final = 1 << 20
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """How an input was answered, after how long."""

    hostile: Hostile
    got: str
    seconds: float

    @property
    def right(self) -> bool:
        """Whether the answer is one of those expected."""
        return self.got in self.hostile.expected


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What the suite is like when the last job has ended.

    Args:
        looks: what each process, and each of its children, held after the warm-up, and after each
            part of the inputs.
        ended: processes that were restarted or are gone.
        touched: canaries that were touched.
        left: files that lie about although nothing refers to them.
    """

    looks: Sequence[Look]
    ended: Sequence[str]
    touched: Sequence[str]
    left: Sequence[str]


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Submit all inputs to a suite of its own and look at what is left."""
    with ExitStack() as stack:
        temporary = stack.enter_context(tempfile.TemporaryDirectory(prefix="videre-bench-hostile-"))
        folder = Path(temporary)
        root, outside = folder / "root", folder / "outside"
        for made in (root, outside, folder / "tmp"):
            made.mkdir()
        canaries = stack.enter_context(Canaries(root / "canary"))
        secret = stack.enter_context(unread(outside / "secret.txt", "nobody reads this"))
        inputs = catalogue(folder, root, outside, canaries.bait, too_large=_MAX_BYTES * 300,
                           quick=options.quick, damaged=options.damaged)  # fmt: skip
        suite = stack.enter_context(_suite(folder, root))
        pids = {name: suite.pid(name) for name in ALL}
        for _ in range(1 if options.quick else _WARM_ROUNDS):
            wrong = [answer for answer in _answers(suite, warm_up(folder)) if not answer.right]
            if wrong:
                raise RuntimeError(f"sound media are not understood: {wrong}")
        first = _reference(suite, folder, "before")
        open_pools(suite)
        looks = [Look(0, *at_rest(suite, pids))]
        answers: list[Answer] = []
        each = -(-len(inputs) // _PARTS)
        for begin in range(0, len(inputs), each):
            for answer in _answers(suite, inputs[begin : begin + each]):
                answers.append(answer)
                if not answer.right or len(answers) % 50 == 0:
                    tell(f"{len(answers)}/{len(inputs)} {answer.hostile.name}: {answer.got}")
            looks.append(Look(len(answers), *at_rest(suite, pids)))
        last = _reference(suite, folder, "after")
        ended = [name for name, pid in pids.items()
                 if not suite.alive(name) or suite.pid(name) != pid]  # fmt: skip
        places = [folder / "tmp", *(folder / "data" / name for name in ("uploads", "artifacts"))]
        left = left_behind(suite, lambda: files_in(places), _SPOOL_BYTES)
    aftermath = Aftermath(looks, ended, [*canaries.touched, *secret], left)
    same = _said(first) == _said(last)
    return figures(answers, aftermath, same=same), [first, last]


@contextmanager
def _suite(folder: Path, root: Path) -> Iterator[Processes]:
    settings = {
        "VIDERE_FILE_ROOTS": str(root),
        "VIDERE_MAX_MEDIA_BYTES": str(_MAX_BYTES),
        "VIDERE_SPOOL_BYTES": str(_SPOOL_BYTES),
        "VIDERE_STAGE_PATIENCE": "60",
        "TMPDIR": str(folder / "tmp"),
    }
    with processes(folder, *ALL, **settings) as suite:
        yield suite


def _answers(suite: Processes, inputs: Sequence[Hostile]) -> Iterator[Answer]:
    """Yield the answers in order; some inputs are under way at once."""
    target = suite.ports.target("orchestrator")
    with Api(target) as api, ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda hostile: _answer(api, hostile), inputs)


def _answer(api: Api, hostile: Hostile) -> Answer:
    started = time.monotonic()
    try:
        job_id = api.submit(_request(api, hostile)).job.job_id
        got = "none in time"
        while time.monotonic() - started < _PATIENCE_S:
            job = api.job(job_id, wait_s=10)
            if job.HasField("end_time"):
                got = _ending(job)
                break
    except grpc.RpcError as error:
        refusal = refusal_of(error)
        got = f"refused {refusal.reason or refusal.code}"
    return Answer(hostile, got, time.monotonic() - started)


def _request(api: Api, hostile: Hostile) -> job_pb2.SubmitJobRequest:
    request = job_pb2.SubmitJobRequest()
    if hostile.uri:
        request.inputs.add(uri=hostile.uri)
        return request
    data, upload_id = hostile.data, ""
    upload_id = api.open_upload(len(data), file_name=hostile.file).upload_id
    for offset in range(0, len(data), _PIECE):
        api.write(upload_id, offset, data[offset : offset + _PIECE])
    request.inputs.add(media_id=api.complete(upload_id, data).media_id)
    return request


def _ending(job: job_pb2.Job) -> str:
    state = job_pb2.JobState.Name(job.state).removeprefix("JOB_STATE_")
    if job.state == job_pb2.JOB_STATE_SUCCEEDED:
        return state
    failed = [s.reason for s in job.stages if s.state == analysis_pb2.STAGE_STATE_FAILED]
    return f"{state} {job.error.reason or ' '.join(sorted(set(failed)))}"


# --- what is left ------------------------------------------------------------------------------


def _reference(suite: Processes, folder: Path, project: str) -> Outcome:
    """Analyse a sound film in a project of its own; its answer must never change."""
    film = next(seed for seed in warm_up(folder) if seed.file == "film.mp4")
    path = folder / film.file
    path.write_bytes(film.data)
    with suite.client() as client:
        client.projects.create(project_pb2.CreateProjectRequest(project_id=project))
    with suite.client(project=project) as client:
        job = client.wait(client.submit(path).job_id, timeout_s=_PATIENCE_S)
        outcome = Outcome(Path(project), job, client.get_analysis(job.media_id))
        client.delete(job.job_id)
        client.delete_media(job.media_id, close_reviews=True)
    return outcome


def _said(outcome: Outcome) -> bytes:
    """Return all that was found, without what belongs to the bytes, the job and the clock."""
    said = analysis_pb2.Analysis()
    said.CopyFrom(outcome.analysis)
    for name in ("media_id", "revision", "create_time", "result_digest", "stages"):
        said.ClearField(name)
    said.media_info.ClearField("digest")
    return said.SerializeToString(deterministic=True)


# --- the figures -------------------------------------------------------------------------------


def figures(answers: Sequence[Answer], aftermath: Aftermath, *, same: bool) -> list[Measured]:
    """Return the figures of a run.

    Args:
        same: the sound film was answered the same before and after.
    """
    wrong = [
        Case(a.hostile.name, None, " or ".join(sorted(a.hostile.expected)), a.got)
        for a in answers if not a.right
    ]  # fmt: skip
    slowest = max(answers, key=lambda answer: answer.seconds)
    looks = aftermath.looks
    resident = {name: [_resident(look, name) / _MIB for look in looks] for name in ALL}
    grown = {name: mib[-1] - mib[0] for name, mib in resident.items()}
    worst = max(grown, key=lambda name: grown[name])
    lists = {
        "processes that ended": aftermath.ended,
        "canaries touched": aftermath.touched,
        "files left behind": aftermath.left,
        "processes with more files or children": list(_more(looks[0], looks[-1])),
    }
    return [
        Measured("inputs", len(answers), "inputs", "each with the answers that are right"),
        Measured("damaged media", sum(a.hostile.mutated for a in answers), "inputs",
                 "of these: sound media of all forms, damaged at random"),
        Measured("wrong answers", len(wrong), "inputs", "neither the state nor the reason expected",
                 cases=tuple(wrong)),
        Measured("slowest answer", slowest.seconds, "s", slowest.hostile.name),
        Measured("memory grown", grown[worst], "MiB",
                 f"{worst}, from warm-up on: {' '.join(f'{mib:.0f}' for mib in resident[worst])}"),
        *(Measured(name, len(found), "", "after the last job",
                   cases=tuple(Case(name, None, "none", one) for one in found))
          for name, found in lists.items()),
        Measured("answers that changed", 0 if same else 1, "of 1",
                 "the same sound film before and after"),
    ]  # fmt: skip


def _resident(look: Look, name: str) -> int:
    """Return the memory of a process and of those below it, bytes."""
    return sum(one.resident for process, one in look.held.items() if process.split(":")[0] == name)


def _more(before: Look, after: Look) -> Iterator[str]:
    """Yield what processes hold more of than before; what was still coming and going counts."""
    if not after.calm:
        yield "not at rest a minute after the last job"
    for name in ALL:
        for what in ("files", "sockets", "children"):
            had, has = (getattr(look.held[name], what) for look in (before, after))
            if has > had:
                yield f"{name}: {has} {what} after {had}"
