"""A watched folder with a flow, and an orchestrator that is killed again and again: every file goes
the way of its verdict, once."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest
from calling import TIMEOUT_S, Api
from running import processes

from videre.v1 import analysis_pb2, job_pb2, template_pb2, trigger_pb2

pytestmark = [
    pytest.mark.fault,
    pytest.mark.long,
    pytest.mark.skipif(
        os.environ.get("VIDERE_FAULTS", "") != "all", reason="a minute: VIDERE_FAULTS=all"
    ),
]

KILLS, FILES = 10, 40
#: Longest time until all jobs have ended; a start takes seconds on a busy machine.
PATIENCE_S = 120.0


def watch(api: Api, folder: Path) -> None:
    """Have files with words about drugs brought away, and nothing done with the others."""
    rule = template_pb2.ModerationRule(
        category="prohibited", medium="text", enabled=True, word_lists=["drugs-en"],
        review_threshold=10, block_threshold=20,
    )  # fmt: skip
    draft = template_pb2.TemplateDraft(template_id="drugs")
    draft.moderation.rules.append(rule)
    making = template_pb2.CreateTemplateRequest(template=draft)
    api.templates.CreateTemplate(making, timeout=TIMEOUT_S)
    trigger = trigger_pb2.Trigger(trigger_id="in", uri=folder.as_uri())
    trigger.interval.seconds = 1
    trigger.stable_for.SetInParent()
    trigger.job.templates.moderation = "drugs"
    blocked = [analysis_pb2.SUGGESTION_BLOCK]
    trigger.job.flow.add(branch_id="bad", verdicts=blocked, quarantine=True)
    api.triggers.SetTrigger(trigger_pb2.SetTriggerRequest(trigger=trigger), timeout=TIMEOUT_S)


def ended(api: Api) -> list[job_pb2.Job]:
    request = job_pb2.ListJobsRequest(page_size=1_000)
    jobs = api.jobs.ListJobs(request, timeout=TIMEOUT_S).jobs
    return [job for job in jobs if job.HasField("end_time")]


def test_every_file_goes_its_way_once(tmp_path: Path) -> None:
    folder, quarantine = tmp_path / "in", tmp_path / "quarantine"
    folder.mkdir()
    bad = {f"bad{number}.txt" for number in range(0, FILES, 2)}
    good = {f"good{number}.txt" for number in range(1, FILES, 2)}
    for name in good | bad:
        text = f"Who sells cocaine here? {name}" if name in bad else f"A walk. {name}"
        (folder / name).write_text(text)
    chance = random.Random(5)
    settings = {"VIDERE_QUARANTINE_DIR": str(quarantine), "VIDERE_FILE_ROOTS": str(folder)}
    with (
        processes(tmp_path / "suite", "orchestrator", **settings) as suite,
        Api(suite.ports.target("orchestrator")) as api,
    ):
        watch(api, folder)
        for _ in range(KILLS):
            time.sleep(chance.uniform(1.0, 3.0))
            suite.kill("orchestrator")
            suite.start("orchestrator")
        deadline = time.monotonic() + PATIENCE_S
        with Api(suite.ports.target("orchestrator")) as now:
            while len(ended(now)) < FILES:
                assert time.monotonic() < deadline, "jobs have not ended"
                time.sleep(0.2)
            jobs = ended(now)
    assert len(jobs) == FILES
    assert {job.state for job in jobs} == {job_pb2.JOB_STATE_SUCCEEDED}
    brought = {job.job_id for job in jobs if job.branch_id == "bad"}
    kept = {path.name: path.parent.name for path in quarantine.rglob("*") if path.is_file()}
    assert set(kept) == bad
    assert set(kept.values()) == brought
    assert len(list(quarantine.rglob("*.txt"))) == len(bad)
    assert {path.name for path in folder.iterdir()} == good
