"""What follows from a verdict: tasks, delivery and quarantine in the branch that is taken."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import synth
from calling import BUSY_S, TIMEOUT_S, Api, refused, until
from running import Processes

from videre.cli.app import main
from videre.v1 import analysis_pb2, event_pb2, job_pb2, media_pb2, template_pb2, trigger_pb2

PASS, BLOCK = analysis_pb2.SUGGESTION_PASS, analysis_pb2.SUGGESTION_BLOCK


@pytest.fixture(scope="module")
def suite(producing: Processes) -> Processes:
    return producing


def template(api: Api, medium: str) -> str:
    """Make a template that blocks words about drugs, and looks for nothing else."""
    rule = template_pb2.ModerationRule(
        category="prohibited", medium=medium, enabled=True, word_lists=["drugs-en"],
        review_threshold=10, block_threshold=20,
    )  # fmt: skip
    draft = template_pb2.TemplateDraft(template_id=f"drugs-{medium}")
    draft.moderation.rules.append(rule)
    request = template_pb2.CreateTemplateRequest(template=draft)
    api.templates.CreateTemplate(request, timeout=TIMEOUT_S)
    return draft.template_id


def states(job: job_pb2.Job) -> dict[str, str]:
    return {
        stage.name: f"{analysis_pb2.StageState.Name(stage.state)[12:]} {stage.reason}".strip()
        for stage in job.stages
        if stage.name.startswith(("produce", "output", "quarantine"))
    }


def sent(api: Api, rule: event_pb2.RoutingRule) -> set[str]:
    """Return the jobs whose events a rule would send."""
    request = event_pb2.TestRoutesRequest(rules=[rule])
    return {one.job_id for one in api.events.TestRoutes(request, timeout=TIMEOUT_S).events}


@pytest.mark.engine
def test_a_film_goes_the_way_of_its_verdict(own_api: Api, suite: Processes, files: Path) -> None:
    film = files / "flow" / "film.mp4"
    film.parent.mkdir()
    clip = synth.named("cfr25", files / "clips")[1]
    shutil.copy(clip, film)
    request = job_pb2.SubmitJobRequest(features=["loudness"])
    request.templates.moderation = template(own_api, "metadata")
    request.inputs.add(uri=film.as_uri())
    for name in ("pass-only", "always"):
        task = request.production_tasks.add(name=name)
        task.sprite.columns, task.sprite.tile_width = 2, 32
    good = request.flow.add(branch_id="good", verdicts=[PASS], tasks=["pass-only"])
    good.output.uri_prefix = (files / "flow" / "out").as_uri()
    request.flow.add(branch_id="bad", verdicts=[BLOCK], quarantine=True)

    request.context.title = "A walk in the park"
    passed = own_api.ended(request, BUSY_S)
    assert (passed.suggestion, passed.branch_id) == (PASS, "good"), passed
    assert states(passed) == {
        "produce:pass-only": "SUCCEEDED", "produce:always": "SUCCEEDED", "output": "SUCCEEDED",
        "quarantine": "SKIPPED BRANCH_NOT_TAKEN",
    }  # fmt: skip
    delivered = [one for one in (files / "flow" / "out").rglob("*") if one.is_file()]
    assert len(delivered) == len(passed.outputs) == 4
    assert film.is_file()

    request.context.title = "Who sells cocaine here?"
    blocked = own_api.ended(request, BUSY_S)
    assert (blocked.suggestion, blocked.branch_id) == (BLOCK, "bad"), blocked
    assert states(blocked) == {
        "produce:pass-only": "SKIPPED BRANCH_NOT_TAKEN", "produce:always": "SUCCEEDED",
        "output": "SKIPPED BRANCH_NOT_TAKEN", "quarantine": "SUCCEEDED",
    }  # fmt: skip
    assert {one.task for one in blocked.outputs} == {"always"}
    assert not film.exists()
    kept = suite.folder / "quarantine" / blocked.project_id / blocked.job_id / "film.mp4"
    assert kept.read_bytes() == clip.read_bytes()
    again = job_pb2.SubmitJobRequest(features=["loudness"])
    again.inputs.add(media_id=blocked.media_id)
    assert own_api.ended(again, BUSY_S).state == job_pb2.JOB_STATE_SUCCEEDED, (
        "it is read where it lies"
    )
    made = event_pb2.CreateWebhookRequest(name="w", uri="https://example.com/hook")
    answer = own_api.events.CreateWebhook(made, timeout=TIMEOUT_S)
    webhook = answer.webhook.webhook_id
    for meant in ({"branch_ids": ["bad"]}, {"verdicts": [BLOCK]}):
        rule = event_pb2.RoutingRule(rule_id="r", webhook_ids=[webhook], **meant)
        assert sent(own_api, rule) == {blocked.job_id}


def test_what_is_no_file_is_copied(own_api: Api, suite: Processes) -> None:
    media = own_api.uploaded(b"Hello.", name=".a note.txt")
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(media_id=media.media_id)
    request.flow.add(branch_id="any", quarantine=True)
    job = own_api.ended(request)
    folder = suite.folder / "quarantine" / job.project_id / job.job_id
    assert [one.name for one in folder.iterdir()] == ["a note.txt"]
    looked = media_pb2.GetMediaRequest(media_id=media.media_id)
    assert own_api.media.GetMedia(looked, timeout=TIMEOUT_S).media.digest == media.digest


def test_a_trigger_brings_files_where_their_verdict_leads(
    own_api: Api, suite: Processes, files: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("VIDERE_SERVER", suite.ports.target("orchestrator"))
    monkeypatch.setenv("VIDERE_PROJECT", "flow")

    def videre(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        printed = capsys.readouterr()
        assert not ended.value.code, printed.err
        return printed.out

    folder = files / "flow in"
    folder.mkdir()
    for name, text in (("good", "A walk."), ("bad", "Who sells cocaine here?"), ("x", "Coke?")):
        (folder / f"{name}.txt").write_text(text)
    given = files / "flow.jsonl"
    given.write_text(json.dumps({
        "triggerId": "desk", "uri": folder.as_uri(), "stableFor": "0s", "interval": "1s",
        "job": {
            "templates": {"moderation": template(own_api, "text")},
            "flow": [{"branchId": "bad", "verdicts": ["SUGGESTION_BLOCK"], "quarantine": True},
                     {"branchId": "rest"}],
        },
    }))  # fmt: skip
    tried = videre("triggers", "test", str(given))
    assert "3 files, 0 left out" in tried
    assert all(word in tried for word in ("block", "bad", "rest", "yes"))
    assert "version 1" in videre("triggers", "set", str(given))

    def files_now() -> dict[str, str]:
        found = json.loads(videre("triggers", "files", "desk", "--json"))
        return {one["path"]: one["state"].rpartition("_")[2] for one in found}

    until(lambda: list(files_now().values()) == ["DONE"] * 3, "three jobs have ended", 60)
    assert "paused" in videre("triggers", "pause", "desk")
    jobs = own_api.jobs.ListJobs(job_pb2.ListJobsRequest(tags={"trigger": "desk"}),
                                 timeout=TIMEOUT_S).jobs  # fmt: skip
    branches = {job.branch_id: job for job in jobs}
    assert len(jobs) == 3
    assert set(branches) == {"bad", "rest"}
    bad = branches["bad"]
    kept = suite.folder / "quarantine" / bad.project_id / bad.job_id
    assert [one.name for one in kept.iterdir()] == ["bad.txt"]
    assert {one.name for one in folder.iterdir()} == {"good.txt", "x.txt"}


def test_a_flow_that_cannot_be_is_refused(own_api: Api, files: Path) -> None:
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(inline_text="Hello.")
    request.flow.add(branch_id="a", tasks=["none"])
    assert refused(lambda: own_api.submit(request)).fields == ("flow[0].tasks[0]",)
    trigger = trigger_pb2.Trigger(trigger_id="x", uri=files.as_uri())
    trigger.job.flow.add(branch_id="a", tasks=["none"])
    wrong = trigger_pb2.SetTriggerRequest(trigger=trigger)
    refusal = refused(lambda: own_api.triggers.SetTrigger(wrong))
    assert refusal.fields == ("trigger.job.flow[0].tasks[0]",)
    del request.flow[0].tasks[:]
    request.flow[0].output.uri_prefix = "file:///etc"
    assert refused(lambda: own_api.submit(request)).reason == "URI_FORBIDDEN"
