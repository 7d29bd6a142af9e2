"""Trials of a cluster: what they left behind, kept in a file so that another run goes on there."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf import json_format

from bench.faults.rollout import Rolled
from bench.harness import Outcome
from videre.cli.evaluation.figures import Case
from videre.v1 import analysis_pb2, job_pb2


@dataclass(slots=True)
class Trials:
    """What kills and restarts left behind.

    Args:
        runs: of the bench, which the trials are from.
        kills: trials in which a process was killed, whether or not a job was in flight.
        databases: trials in which PostgreSQL was restarted, likewise.
        killed: processes that were killed while a job was in flight.
        restarts: of PostgreSQL while a job was in flight.
        taken_s: seconds from the kill of the replica that had a job to another one's having it.
        lost: jobs that did not succeed, and trials that came to no end.
        wrong: jobs whose result or files differ from the undisturbed one's.
        twice: what happened more than once.
        rolled: the restart of every process in turn; None = it was not made yet.
        outcomes: of the jobs: state, calls of models and engines are kept, no more.
    """

    runs: int = 0
    kills: int = 0
    databases: int = 0
    killed: list[str] = field(default_factory=list)
    restarts: int = 0
    taken_s: list[float] = field(default_factory=list)
    lost: list[Case] = field(default_factory=list)
    wrong: list[Case] = field(default_factory=list)
    twice: list[Case] = field(default_factory=list)
    rolled: Rolled | None = None
    outcomes: list[Outcome] = field(default_factory=list)


def keep(trials: Trials, path: Path, program: str) -> None:
    """Write the trials that were made with a program; the file is whole or the one before.

    Args:
        program: names sources and machine, "" = they have no name, and nothing is kept.
    """
    if not program:
        return
    plain = asdict(trials, dict_factory=_without_outcomes)
    plain["outcomes"] = [_plain(outcome) for outcome in trials.outcomes]
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"program": program, "trials": plain}, indent=1), encoding="utf-8")
    new.replace(path)


def kept(path: Path, program: str) -> Trials:
    """Return the trials that were kept of the same program on the same machine; else none."""
    if not program or not path.is_file():
        return Trials()
    data = json.loads(path.read_text(encoding="utf-8"))
    if data["program"] != program:
        return Trials()
    found: dict[str, Any] = data["trials"]
    cases = {name: _cases(found[name]) for name in ("lost", "wrong", "twice")}
    outcomes = [_outcome(one) for one in found["outcomes"]]
    return Trials(**{**found, **cases, "rolled": _rolled(found["rolled"]), "outcomes": outcomes})


def _without_outcomes(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in pairs if name != "outcomes"}


def _plain(outcome: Outcome) -> dict[str, Any]:
    job = job_pb2.Job(state=outcome.job.state, model_calls=outcome.job.model_calls)
    analysis = analysis_pb2.Analysis(engines=outcome.analysis.engines)
    return {
        "path": str(outcome.path),
        "job": json_format.MessageToDict(job),
        "analysis": json_format.MessageToDict(analysis),
    }


def _outcome(plain: dict[str, Any]) -> Outcome:
    return Outcome(
        Path(plain["path"]),
        json_format.ParseDict(plain["job"], job_pb2.Job()),
        json_format.ParseDict(plain["analysis"], analysis_pb2.Analysis()),
    )


def _rolled(plain: dict[str, Any] | None) -> Rolled | None:
    if plain is None:
        return None
    cases = {name: _cases(plain[name]) for name in ("unclean", "failed")}
    return Rolled(**{**plain, **cases})


def _cases(plain: list[dict[str, Any]]) -> list[Case]:
    return [Case(**one) for one in plain]
