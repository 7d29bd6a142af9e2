"""What an earlier release left when it was killed is finished, and read, by this one.

`earlier/flow-2` is the data folder of the commit that had 21 migrations and the flow `flow-2`: a
job that had ended; one at work, whose plan was journalled and whose chunk was with the service of
pictures when the process was killed; and one in the queue. The database is kept as SQL.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from running import Processes, processes

from bench.faults.work import doubled
from videre.orchestrator.workflows.journal import FLOW
from videre.v1 import job_pb2

pytestmark = pytest.mark.long

EARLIER = Path(__file__).parent / "earlier" / "flow-2"
#: Media of the job that had ended, and what it came to.
ENDED = "01a205bc-10f1-7000-afa8-68c1f9d07f00"
DIGEST = "5de88ae73647642280ae49404b7883cc90414f2af9f93a492aab822d5f492ab3"
AT_WORK = "01a205bc-4458-7000-ab85-349384bd78b9"
QUEUED = "01a205bc-47aa-7000-86e4-176bccac1a8a"
FEATURES = ("shots", "colors")


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """This release on the folder that the earlier one left."""
    folder = tmp_path_factory.mktemp("earlier")
    data = folder / "data"
    shutil.copytree(EARLIER / "artifacts", data / "artifacts")
    with closing(sqlite3.connect(data / "videre.db")) as database:
        database.executescript((EARLIER / "videre.sql").read_text(encoding="utf-8"))
    with processes(folder, "visual", "orchestrator", VIDERE_STAGE_PATIENCE="2") as running:
        yield running


def test_jobs_of_an_earlier_flow_are_finished(suite: Processes) -> None:
    with suite.client() as client:
        for job_id in (AT_WORK, QUEUED):
            job = client.wait(job_id, timeout_s=120)
            assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job
            assert job.model_calls > 0
            assert doubled(client, job) == []
            stages = {stage.name: stage for stage in job.stages}
            for name in FEATURES:
                assert stages[name].done == stages[name].total > 0
            assert client.get_analysis(job.media_id).shots
    with closing(sqlite3.connect(suite.folder / "data" / "videre.db")) as database:
        flows = database.execute(
            "SELECT application_version FROM workflow_status WHERE workflow_uuid IN (?, ?)",
            (AT_WORK, QUEUED),
        )
        assert [flow for (flow,) in flows] == [FLOW, FLOW]


def test_what_an_earlier_release_found_is_read_and_not_looked_for_again(suite: Processes) -> None:
    with suite.client() as client:
        assert client.get_analysis(ENDED).result_digest == DIGEST
        job = client.wait(client.submit(media_id=ENDED, features=FEATURES).job_id, timeout_s=120)
        assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job
        assert job.model_calls == 0
