"""What follows from a job's verdict: which branch is taken, which tasks are done in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from videre.common.errors import Reason, VidereError
from videre.orchestrator.api import present
from videre.orchestrator.api.request import task_name
from videre.orchestrator.api.validation import Violations, check_output
from videre.v1 import analysis_pb2, job_pb2, trigger_pb2

_BRANCH_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_MOST_BRANCHES: Final = 8
_MOST_TASKS: Final = 32
_SUGGESTIONS: Final = {number: name for name, number in analysis_pb2.Suggestion.items() if number}
#: Why what a branch names was not done.
NOT_TAKEN: Final = str(Reason.BRANCH_NOT_TAKEN)


def taken(flow: Sequence[job_pb2.FlowBranch], suggestion: str) -> str:
    """Return the id of the branch that a verdict leads to; "" = none.

    Args:
        flow: in the order in which branches are looked at.
        suggestion: pass, review, block; "" = nothing was judged.
    """
    return _taken(flow, present.suggestion(suggestion))


def _taken(flow: Sequence[job_pb2.FlowBranch], verdict: int) -> str:
    for branch in flow:
        if not branch.verdicts or verdict in branch.verdicts:
            return branch.branch_id
    return ""


def branch_of(request: job_pb2.SubmitJobRequest, branch_id: str) -> job_pb2.FlowBranch:
    """Return a branch of a job; an empty one where none was taken."""
    for branch in request.flow:
        if branch_id and branch.branch_id == branch_id:
            return branch
    return job_pb2.FlowBranch()


def skips(request: job_pb2.SubmitJobRequest, branch_id: str, task: str) -> bool:
    """Tell whether a task is left out in a branch: others name it, and this one does not."""
    named = any(task in branch.tasks for branch in request.flow)
    return named and task not in branch_of(request, branch_id).tasks


def output_of(request: job_pb2.SubmitJobRequest, branch_id: str) -> job_pb2.OutputSpec:
    """Return where a job's files are delivered in a branch."""
    branch = branch_of(request, branch_id)
    return branch.output if branch.HasField("output") else request.output


def output_folders(request: job_pb2.SubmitJobRequest) -> list[str]:
    """Return every folder that a job may deliver to."""
    specs = [request.output, *(branch.output for branch in request.flow)]
    return [spec.uri_prefix for spec in specs if spec.uri_prefix]


def quarantines(request: job_pb2.SubmitJobRequest) -> bool:
    """Tell whether a job's source may go to the quarantine."""
    return any(branch.quarantine for branch in request.flow)


def outcomes(request: job_pb2.SubmitJobRequest) -> list[trigger_pb2.FlowOutcome]:
    """Return what a flow does with each verdict; nothing for a job without one."""
    if not request.flow:
        return []
    names = [task_name(task) for task in request.production_tasks]
    found = []
    for verdict in (*_SUGGESTIONS, analysis_pb2.SUGGESTION_UNSPECIFIED):
        branch = _taken(request.flow, verdict)
        left = [name for name in names if skips(request, branch, name)]
        found.append(
            trigger_pb2.FlowOutcome(
                verdict=verdict,
                branch_id=branch,
                tasks=[name for name in names if name not in left],
                skipped=left,
                output_uri=output_of(request, branch).uri_prefix,
                quarantine=branch_of(request, branch).quarantine,
            )
        )
    return found


def check_flow(request: job_pb2.SubmitJobRequest, *, quarantine: bool) -> None:
    """Check a flow against its job, whose tasks are all there.

    Args:
        quarantine: whether there is a folder for it.

    Raises:
        VidereError: FIELD_INVALID.
    """
    found = Violations()
    found.count("flow", len(request.flow), _MOST_BRANCHES)
    if request.flow and request.skip_analysis:
        found.add("flow", "needs a verdict", "no skip_analysis", "skip_analysis")
    names = [task_name(task) for task in request.production_tasks]
    seen: set[str] = set()
    for index, branch in enumerate(request.flow):
        field = f"flow[{index}]"
        found.pattern(f"{field}.branch_id", branch.branch_id, _BRANCH_ID)
        if branch.branch_id in seen:
            found.add(f"{field}.branch_id", "stands twice", "unique ids", branch.branch_id)
        seen.add(branch.branch_id)
        for place, one in enumerate(branch.verdicts):
            if one not in _SUGGESTIONS or one in branch.verdicts[:place]:
                limit = ", ".join(_SUGGESTIONS.values()) + ", each once"
                found.add(f"{field}.verdicts[{place}]", f"must be one of {limit}", limit, one)
        found.count(f"{field}.tasks", len(branch.tasks), _MOST_TASKS)
        for place, name in enumerate(branch.tasks):
            if name not in names:
                limit = ", ".join(names) or "no task"
                found.add(f"{field}.tasks[{place}]", "is no task of the job", limit, name)
        check_output(found, branch.output, f"{field}.output")
        if branch.quarantine and not quarantine:
            found.add(f"{field}.quarantine", "has no folder", "VIDERE_QUARANTINE_DIR", "true")
    found.raise_if_any()


def not_taken(branch_id: str) -> VidereError:
    """Return what a stage says that another branch would have done."""
    which = f"the branch {branch_id} was taken" if branch_id else "no branch was taken"
    return VidereError(Reason.BRANCH_NOT_TAKEN, which)
