"""Pipelines as callers see them: paused, resumed, with templates, priority and notification."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from calling import TIMEOUT_S, Api, refused, text_request, until
from running import Processes

from videre.cli.app import main
from videre.v1 import event_pb2, job_pb2, pipeline_pb2


def test_a_pipeline_queues_jobs_and_tells_of_them(
    own_api: Api,
    suite: Processes,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("VIDERE_SERVER", suite.ports.target("orchestrator"))
    monkeypatch.setenv("VIDERE_PROJECT", "pipelines")

    def videre(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        printed = capsys.readouterr()
        assert not ended.value.code, printed.err
        return printed.out

    asked = event_pb2.CreateWebhookRequest(uri=f"{files.as_uri()}/told", routed=True)
    hook = own_api.events.CreateWebhook(asked, timeout=TIMEOUT_S).webhook.webhook_id
    given = files / "pipelines.jsonl"
    given.write_text(json.dumps({
        "pipelineId": "news", "name": "News desk", "priority": 2, "paused": True,
        "templates": {"moderation": "10"}, "webhookIds": [hook],
    }))  # fmt: skip
    assert "News desk" in videre("pipelines", "set", str(given))
    jobs = [own_api.submit(text_request(pipeline_id="news")).job for _ in range(2)]
    outside = own_api.submit(text_request()).job
    assert [(job.pipeline_id, job.priority) for job in jobs] == [("news", 2)] * 2
    own_api.end_of(outside.job_id)
    assert own_api.job(jobs[0].job_id).state == job_pb2.JOB_STATE_QUEUED
    assert "2 jobs wait, 0 are at work" in videre("pipelines", "show", "news")
    assert "paused" in videre("pipelines", "list")
    request = pipeline_pb2.DeletePipelineRequest(pipeline_id="news")
    assert refused(lambda: own_api.pipelines.DeletePipeline(request)).reason == "PIPELINE_IN_USE"
    assert "lets jobs in" in videre("pipelines", "resume", "news")
    ended = [own_api.end_of(job.job_id) for job in jobs]
    assert {job.rules.moderation_template.split("@")[0] for job in ended} == {"vendor"}
    told = files / "told" / "events.jsonl"

    def lines() -> list[str]:
        return told.read_text().splitlines() if told.exists() else []

    until(lambda: len(lines()) == 2, "two jobs are told of")
    assert {json.loads(line)["data"]["job_id"] for line in lines()} == {job.job_id for job in jobs}
    deliveries = event_pb2.ListDeliveriesRequest(webhook_id=hook)
    found = own_api.events.ListDeliveries(deliveries, timeout=TIMEOUT_S).deliveries
    assert {one.rule_id for one in found} == {"pipeline:news"}
    assert "is paused" in videre("pipelines", "pause", "news")
    assert "deleted" in videre("pipelines", "delete", "news")
    missing = refused(lambda: own_api.submit(text_request(pipeline_id="news")))
    assert (missing.code, missing.reason) == ("NOT_FOUND", "PIPELINE_NOT_FOUND")
