"""Jobs with a budget: five films, each with a quarter, half, three quarters and all of its cost.

A film's own cost is known from a job without a budget, in a project of its own, so that no evidence
is found again. What counts is the CPU that engines report, also of work that was given up.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench.harness import Outcome
from bench.options import Options
from tests.calling import Api
from tests.running import Processes, processes
from videre.cli.evaluation.figures import Case, Measured
from videre.v1 import analysis_pb2, job_pb2, media_pb2

_FILMS: Final = ("video/mdn_crystal.mp4", "video/bikes.mp4", "video/cockatoo.mp4",
                 "video/car-detection.mp4", "demo.mp4")  # fmt: skip
_SHARES: Final = (0.25, 0.5, 0.75, 1.0)
_QUICK_FILMS: Final = 2
_SERVICES: Final = ("visual", "ocr", "asr", "audio", "production", "orchestrator")
_FEATURES: Final = (
    "shots", "objects", "classes", "faces", "landmarks", "text", "speech", "sound",
)  # fmt: skip
#: A call is patient on a busy machine; a job gets an hour, asked for every few seconds.
_CALL_S: Final = 600.0
_WAIT_S: Final = 10
_WAITS: Final = 360


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Analyse every film without a budget, then with each."""
    folder = options.media_folder()
    films = _FILMS[:_QUICK_FILMS] if options.quick else _FILMS
    over: list[Case] = []
    silent: list[Case] = []
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="videre-bench-") as temporary:
        settings = {"VIDERE_FILE_ROOTS": str(folder), "VIDERE_STAGE_PATIENCE": str(_CALL_S)}
        with processes(Path(temporary), *_SERVICES, **settings) as suite:
            for film in films:
                whole = _analysed(suite, folder / film, None)
                outcomes.append(whole)
                cost = sum(stage.cpu_seconds for stage in whole.job.stages)
                tell(f"{film}: {cost:.1f} CPU-s without a budget")
                for share in _SHARES:
                    made = _analysed(suite, folder / film, share * cost)
                    spent = made.job.charged_cpu_seconds
                    told = f"{spent:.1f} of {share * cost:.1f} CPU-s, {_looked(made)}"
                    tell(f"{film}, {share:.0%}: {told}")
                    excess = spent / (share * cost) - 1
                    over.append(Case(film, None, f"{share:.0%} of its cost", told, excess))
                    if not _tells(made):
                        silent.append(over[-1])
    how = f"{len(films)} films, budgets of 25, 50, 75 and 100 % of what each costs"
    late = [case for case in over if case.weight > 0]
    return [
        Measured("budgets: largest overshoot", max(0.0, *(c.weight for c in over)), "share", how,
                 cases=tuple(late)),
        Measured("budgets: jobs that do not say what was left out", len(silent), "jobs", how,
                 cases=tuple(silent)),
    ], outcomes  # fmt: skip


def _analysed(suite: Processes, film: Path, budget: float | None) -> Outcome:
    """Analyse a film in a project in which nothing is known of it."""
    name = film.stem.lower().replace("_", "-")
    project = f"{name}-{'whole' if budget is None else round(budget * 1_000)}"
    with Api(suite.ports.target("orchestrator"), project) as api:
        request = job_pb2.SubmitJobRequest(features=_FEATURES)
        request.inputs.add(uri=f"file://{film}")
        if budget is not None:
            request.budget.cpu_seconds = budget
        job = api.jobs.SubmitJob(request, timeout=_CALL_S).job
        query = job_pb2.QueryJobRequest(job_id=job.job_id)
        query.wait.seconds = _WAIT_S
        query.read_mask.paths.append("job")
        for _ in range(_WAITS):
            job = api.jobs.QueryJob(query, timeout=_CALL_S).job
            if job.HasField("end_time"):
                break
        asked = media_pb2.GetAnalysisRequest(
            media_id=job.media_id, view=analysis_pb2.ANALYSIS_VIEW_FULL
        )
        return Outcome(film, job, api.media.GetAnalysis(asked, timeout=_CALL_S).analysis)


def _looked(outcome: Outcome) -> str:
    """Return what a job says of how far it looked."""
    said = []
    for stage in outcome.analysis.stages:
        if stage.name in _FEATURES and stage.reason == "BUDGET":
            lost = "" if not stage.missing else f" in {len(stage.missing)} stretches"
            said.append(f"{stage.name} not checked{lost}")
        elif stage.HasField("sample_interval"):
            said.append(f"{stage.name} every {stage.sample_interval.ToSeconds()} s")
    return ", ".join(said) or "all looked at"


def _tells(outcome: Outcome) -> bool:
    """Tell whether every requested feature was looked at, or says that it was not."""
    stages = {stage.name: stage for stage in outcome.analysis.stages}
    return all(
        name in stages
        and (stages[name].state == analysis_pb2.STAGE_STATE_SUCCEEDED or stages[name].reason)
        for name in _FEATURES
    )
