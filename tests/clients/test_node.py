"""A client in Node, made from the .proto files alone, against a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from calling import Api
from node_client import Node
from running import Processes, processes

from videre.v1 import job_pb2

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with processes(tmp_path_factory.mktemp("server"), "orchestrator") as running:
        yield running


@pytest.fixture(scope="module")
def printed(node: Node, server: Processes) -> dict[str, Any]:
    """What the Node client was answered."""
    found: dict[str, Any] = json.loads(node.run("submit.mjs", server.ports.target("orchestrator")))
    return found


def test_node_submits_once_and_reads_the_answer(printed: dict[str, Any], server: Processes) -> None:
    first, again, answer = printed["first"], printed["again"], printed["answer"]
    assert first["job"]["job_id"] == again["job"]["job_id"] == answer["job"]["job_id"]
    assert again["reused"] is True
    with Api(server.ports.target("orchestrator")) as api:
        job = api.job(answer["job"]["job_id"])
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED
    read = answer["job"]
    assert read["state"] == "JOB_STATE_SUCCEEDED"
    assert (read["user_data"], read["tags"]) == ("字", {"from": "node"})
    assert (job.user_data, dict(job.tags)) == ("字", {"from": "node"})
    assert read["last_seq"] == str(job.last_seq)
    assert read["result_digest"] == job.result_digest == answer["analysis"]["result_digest"]
    assert [stage["name"] for stage in read["stages"]] == [stage.name for stage in job.stages]
    lines = [line["text"] for line in answer["analysis"]["text_lines"]]
    assert lines == ["Who sells cocaine here?", "Nobody does."]
    assert answer["analysis"]["verdict"]["suggestion"] == "SUGGESTION_REVIEW"


def test_node_sends_a_zero_that_has_a_meaning(printed: dict[str, Any], server: Processes) -> None:
    with Api(server.ports.target("orchestrator")) as api:
        assert api.job(printed["first"]["job"]["job_id"]).priority == 0, "not the default of 5"


def test_node_reads_why_it_was_refused(printed: dict[str, Any]) -> None:
    invalid, reused = printed["refusals"]["invalid"], printed["refusals"]["reused"]
    assert invalid["status"] == invalid["code"] == 3, "INVALID_ARGUMENT"
    info = invalid["details"]["google.rpc.ErrorInfo"]
    assert (info["domain"], info["reason"]) == ("videre", "FIELD_INVALID")
    violations = invalid["details"]["google.rpc.BadRequest"]["field_violations"]
    assert {item["field"] for item in violations} == {"priority", "user_data"}
    assert all(item["description"] for item in violations)
    assert reused["status"] == reused["code"] == 6, "ALREADY_EXISTS"
    info = reused["details"]["google.rpc.ErrorInfo"]
    assert (info["domain"], info["reason"]) == ("videre", "REQUEST_ID_REUSED")
    assert info["metadata"]["job_id"] == printed["first"]["job"]["job_id"]
