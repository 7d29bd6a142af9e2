"""Releases with different flows on one PostgreSQL, there, back and there again: no job fails.

The earlier release is this one under another version of the flow (`other_flow`). What a real one
left is finished in `tests/service/orchestrator/test_earlier_release.py`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from cluster import Cluster, cluster

from bench.faults.work import doubled
from tests import synth
from videre.client import Videre
from videre.orchestrator.workflows.journal import FLOW
from videre.v1 import job_pb2

pytestmark = [
    pytest.mark.fault,
    pytest.mark.long,
    pytest.mark.skipif(
        os.environ.get("VIDERE_FAULTS", "") != "all", reason="a minute: VIDERE_FAULTS=all"
    ),
]

#: On a process's path, it makes its release the one before.
OTHER = {"PYTHONPATH": str(Path(__file__).parent / "other_flow")}
BEFORE = "flow-of-before"
FEATURES = ("shots", "colors")
#: Far beyond what is needed: processes start while the pictures' service stands still.
PATIENCE_S = 900.0
WITH = "SELECT application_version FROM dbos.workflow_status WHERE workflow_uuid = %s"


def deploy(made: Cluster, name: str, flow: str) -> None:
    """Bring the database to a release, then start one process of it, as the manifests do."""
    settings = {"VIDERE_DATABASE_URL": made.url, **(OTHER if flow == BEFORE else {})}
    migrating = {"VIDERE_DATA_DIR": str(made.suite.folder / "migrate"), **settings}
    subprocess.run(
        [sys.executable, "-m", "videre.orchestrator", "--migrate"], env=os.environ | migrating,
        check=True, timeout=PATIENCE_S,
    )  # fmt: skip
    made.suite.replica(name, VIDERE_ROLE="all", **settings)
    made.suite.start(name)


@contextmanager
def held(made: Cluster) -> Iterator[None]:
    """Have the service of pictures stand still: no job ends meanwhile."""
    os.kill(made.suite.pid("visual"), signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(made.suite.pid("visual"), signal.SIGCONT)


def flow_of(made: Cluster, client: Videre, job_id: str) -> str:
    """Return the flow under which a job succeeded, with nothing doubled."""
    job = client.wait(job_id, timeout_s=PATIENCE_S)
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job
    assert job.model_calls > 0
    assert doubled(client, job) == []
    with psycopg.connect(made.url) as connection:
        found = connection.execute(WITH, (job_id,)).fetchone()
    assert found is not None
    return str(found[0])


def test_jobs_end_under_whichever_release_runs_there_and_back_again(tmp_path: Path) -> None:
    clips = iter(
        synth.make(synth.Clip(f"clip-{n}.mp4", 75, (160, 96), cuts=(25 + n,)), tmp_path)
        for n in range(8)
    )
    settings = {
        "VIDERE_STAGE_PATIENCE": str(PATIENCE_S), "VIDERE_SWEEP_INTERVAL": "1",
        "VIDERE_DRAIN_SECONDS": "1",
    }  # fmt: skip
    with cluster(tmp_path / "cluster", **settings) as made:
        deploy(made, "first", BEFORE)
        with made.suite.client("first") as client:
            job_id = client.submit(next(clips), features=FEATURES).job_id
            assert flow_of(made, client, job_id) == BEFORE
        old = "first"
        for new, flow in (("second", FLOW), ("back", BEFORE), ("again", FLOW)):
            with made.suite.client(old) as client, held(made):
                at_work = client.submit(next(clips), features=FEATURES).job_id
                made.owned_by(at_work, {made.replica_of(old)}, PATIENCE_S)
                deploy(made, new, flow)
                # Side by side: who is new takes what is new, who is old keeps what it has.
                queued = client.submit(next(clips), features=FEATURES).job_id
                made.owned_by(queued, {made.replica_of(new)}, PATIENCE_S)
                assert made.owner(at_work) == made.replica_of(old)
                assert made.suite.stop(old, PATIENCE_S) == 0
                made.owned_by(at_work, {made.replica_of(new)}, PATIENCE_S)
            with made.suite.client(new) as client:
                assert flow_of(made, client, at_work) == flow
                assert flow_of(made, client, queued) == flow
            old = new
