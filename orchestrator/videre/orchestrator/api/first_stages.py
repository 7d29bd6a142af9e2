"""The stages that a job begins with."""

from __future__ import annotations

from videre.orchestrator.api.flow import output_folders, quarantines
from videre.orchestrator.api.request import features_of, task_name
from videre.orchestrator.features import FEATURES
from videre.orchestrator.store.records import StageState
from videre.v1 import job_pb2


def first_stages(request: job_pb2.SubmitJobRequest) -> list[tuple[str, StageState, str]]:
    """Return the stages of a new job with the state each starts in."""
    wanted = features_of(request)
    stages = [("ingest", StageState.PENDING, ""), ("probe", StageState.PENDING, "")]
    for feature in FEATURES:
        if feature.name in wanted:
            stages.append((feature.name, StageState.PENDING, ""))
        else:
            stages.append((feature.name, StageState.SKIPPED, "NOT_REQUESTED"))
    concluded = (StageState.SKIPPED, "NOT_REQUESTED") if request.skip_analysis else (
        StageState.PENDING, ""
    )  # fmt: skip
    stages += [("fuse", *concluded), ("moderate", *concluded)]
    for task in request.production_tasks:
        stages.append((f"produce:{task_name(task)}", StageState.PENDING, ""))
    if output_folders(request):
        stages.append(("output", StageState.PENDING, ""))
    if quarantines(request):
        stages.append(("quarantine", StageState.PENDING, ""))
    return stages
