"""Two orchestrators on one PostgreSQL with S3: one dies, the other one goes on with its work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster import Cluster, cluster
from films import film

from bench.faults.work import doubled, submit
from videre.v1 import job_pb2

pytestmark = [pytest.mark.fault, pytest.mark.long]

END_S = 240.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    with cluster(folder, VIDERE_STAGE_PATIENCE="120", VIDERE_SLOTS="2") as made:
        yield made


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(0, tmp_path_factory.mktemp("films"), 24)


@pytest.fixture(scope="module")
def alone(running: Cluster, clip: Path) -> job_pb2.Job:
    """Return the job of one orchestrator on SQLite, which nobody disturbs."""
    running.suite.start("orchestrator")
    with running.suite.client() as client:
        job = client.wait(submit(client, clip).job_id, timeout_s=END_S)
    running.suite.stop("orchestrator")
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job
    return job


def test_a_killed_replica_s_job_ends_elsewhere_as_if_nothing_had_been(
    running: Cluster, alone: job_pb2.Job, clip: Path
) -> None:
    running.orchestrator("api", "api")
    for name in ("one", "two"):
        running.orchestrator(name, "worker")
    replicas = {running.replica_of(name): name for name in ("one", "two")}
    with running.suite.client("api") as client:
        job_id = submit(client, clip).job_id
        running.owned_by(job_id, set(replicas), 30)
        for event in client.watch(job_id):
            if event.HasField("segment_finished"):
                break
        owner = running.owner(job_id)
        assert owner is not None
        running.suite.kill(replicas[owner])
        taken_s = running.owned_by(job_id, set(replicas) - {owner}, 30)
        print(f"taken over after {taken_s:.1f} s")
        job = client.wait(job_id, timeout_s=END_S)
        assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job
        assert job.model_calls > 0
        assert job.result_digest == alone.result_digest
        assert not doubled(client, job)
        assert {one.name: one.digest for one in job.outputs} == {
            one.name: one.digest for one in alone.outputs
        }
        # Two looks at most, 2.4 s apart, and the poll of a queue; the rest is a busy machine.
        assert taken_s < 15
