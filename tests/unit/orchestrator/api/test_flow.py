"""Which branch a verdict leads to, and what is done in it."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from hypothesis import given
from hypothesis import strategies as st

from videre.common.errors import Reason, VidereError
from videre.orchestrator.api.flow import check_flow, outcomes, output_of, skips, taken
from videre.v1 import analysis_pb2, job_pb2

NAMES = ("PASS", "REVIEW", "BLOCK")


def job(*flow: dict[str, Any], **more: Any) -> job_pb2.SubmitJobRequest:
    """A job with the tasks "h2v", "captions" and "cover"."""
    tasks = [{"name": "h2v", "reframe": {}}, {"captions": {}}, {"cover": {}}]
    given = {"productionTasks": tasks, "flow": list(flow), **more}
    return ParseDict(given, job_pb2.SubmitJobRequest())


HOUSE = job(
    {
        "branchId": "good", "verdicts": ["SUGGESTION_PASS"], "tasks": ["h2v", "captions"],
        "output": {"uriPrefix": "file:///out/good"},
    },
    {"branchId": "bad", "verdicts": ["SUGGESTION_BLOCK"], "quarantine": True},
    output={"uriPrefix": "file:///out"},
)  # fmt: skip


@given(
    st.lists(st.frozensets(st.sampled_from(NAMES)), max_size=5),
    st.sampled_from((*NAMES, "")),
)
def test_the_first_branch_that_the_verdict_is_of_is_taken(
    branches: list[frozenset[str]], suggestion: str
) -> None:
    flow = [
        job_pb2.FlowBranch(
            branch_id=f"b{number}",
            verdicts=[analysis_pb2.Suggestion.Value(f"SUGGESTION_{name}") for name in names],
        )
        for number, names in enumerate(branches)
    ]
    fitting = [f"b{n}" for n, names in enumerate(branches) if not names or suggestion in names]
    assert taken(flow, suggestion.lower()) == (fitting[0] if fitting else "")


def test_tasks_that_branches_name_are_done_in_those_only() -> None:
    done = {
        branch: [name for name in ("h2v", "captions", "cover") if not skips(HOUSE, branch, name)]
        for branch in ("good", "bad", "")
    }
    assert done == {"good": ["h2v", "captions", "cover"], "bad": ["cover"], "": ["cover"]}
    assert output_of(HOUSE, "good").uri_prefix == "file:///out/good"
    assert output_of(HOUSE, "bad").uri_prefix == output_of(HOUSE, "").uri_prefix == "file:///out"


def test_a_dry_run_tells_what_every_verdict_leads_to() -> None:
    told = {
        analysis_pb2.Suggestion.Name(one.verdict): (
            one.branch_id, list(one.tasks), list(one.skipped), one.output_uri, one.quarantine,
        )
        for one in outcomes(HOUSE)
    }  # fmt: skip
    nothing = ("", ["cover"], ["h2v", "captions"], "file:///out", False)
    assert told == {
        "SUGGESTION_PASS": ("good", ["h2v", "captions", "cover"], [], "file:///out/good", False),
        "SUGGESTION_BLOCK": ("bad", ["cover"], ["h2v", "captions"], "file:///out", True),
        "SUGGESTION_REVIEW": nothing,
        "SUGGESTION_UNSPECIFIED": nothing,
    }
    assert outcomes(job()) == []


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (job({"branchId": "A"}), "flow[0].branch_id"),
        (job({"branchId": "a"}, {"branchId": "a"}), "flow[1].branch_id"),
        (job({"branchId": "a", "verdicts": [0]}), "flow[0].verdicts[0]"),
        (job({"branchId": "a", "verdicts": [3, 3]}), "flow[0].verdicts[1]"),
        (job({"branchId": "a", "tasks": ["none"]}), "flow[0].tasks[0]"),
        (job({"branchId": "a", "tasks": ["h2v"] * 33}), "flow[0].tasks"),
        (job({"branchId": "a", "output": {"namePattern": "{job}"}}), "flow[0].output.name_pattern"),
        (job({"branchId": "a", "quarantine": True}), "flow[0].quarantine"),
        (job(*({"branchId": f"b{n}"} for n in range(9))), "flow"),
        (job({"branchId": "a"}, skipAnalysis=True), "flow"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    request_: job_pb2.SubmitJobRequest, field: str
) -> None:
    with pytest.raises(VidereError) as refused:
        check_flow(request_, quarantine=False)
    assert refused.value.reason is Reason.FIELD_INVALID
    assert [one.field for one in refused.value.violations] == [field]
    check_flow(HOUSE, quarantine=True)
