"""Subcommands end to end: arguments in, server calls, output and exit codes out."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doubles.recorded import MEDIA_ID
from doubles.world import World

from videre.common.config import PORTS
from videre.v1 import analysis_pb2, engine_pb2, job_pb2

Run = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two films, one of them deeper, and a file that is no media."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.mp4").write_bytes(b"film a")
    (tmp_path / "deep" / "b.mkv").write_bytes(b"film b")
    (tmp_path / "notes.xyz").write_bytes(b"no media")
    return tmp_path


def test_nothing_heavy_is_imported_before_a_command_needs_it() -> None:
    program = (
        "import sys, videre.cli.app; "
        "print({'grpc', 'google.protobuf', 'rich', 'jinja2', 'PIL', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "set()"


def test_a_folder_is_submitted_and_waited_for(videre: Run, world: World, folder: Path) -> None:
    ran = videre("submit", folder, "--features", "text,shots", "--wait", "--tag", "a=b")
    assert ran.code == 0
    assert len(world.jobs) == 2
    assert {bytes(data) for data in world.bytes_of.values()} == {b"film a", b"film b"}
    assert list(world.calls("SubmitJob")[0].features) == ["text", "shots"]
    assert world.calls("SubmitJob")[0].tags == {"a": "b"}
    assert "succeeded" in ran.out
    assert "\x1b" not in ran.out


def test_how_closely_to_look_and_what_it_may_take(videre: Run, world: World) -> None:
    videre("submit", "--text", "Words.", "--sample-interval", "1.5", "--budget", "20")
    (request,) = world.calls("SubmitJob")
    assert request.options.sample_interval.ToMilliseconds() == 1_500
    assert request.budget.cpu_seconds == 20
    assert videre("submit", "--text", "Words.", "--budget", "-1").code == 2


def test_the_same_batch_again_makes_no_new_jobs(videre: Run, world: World, folder: Path) -> None:
    videre("submit", folder)
    videre("submit", folder)
    assert len(world.jobs) == 2
    assert len(world.calls("WriteUpload")) == 2
    videre("submit", folder, "--features", "text")
    assert len(world.jobs) == 4
    videre("submit", folder, "--again")
    assert len(world.jobs) == 6


def test_a_media_that_was_deleted_since_is_explained(
    videre: Run, world: World, folder: Path
) -> None:
    videre("submit", folder / "a.mp4")
    world.media.clear()
    ran = videre("submit", folder / "a.mp4")
    assert ran.code == 3
    assert "--again makes a new job" in ran.out
    assert videre("submit", folder / "a.mp4", "--again").code == 0


def test_a_text_may_stand_on_the_command_line(videre: Run, world: World) -> None:
    ran = videre("submit", "--text", "Words of a note.", "--text", "另一段", "--wait")
    assert ran.code == 0
    assert len(world.jobs) == 2
    assert "text 2" in ran.out
    assert videre("submit", "--text", " ").code == 2
    assert videre("submit").code == 2


def test_a_failed_job_in_a_batch_is_exit_code_3(videre: Run, world: World, folder: Path) -> None:
    world.end_state = job_pb2.JOB_STATE_PARTIAL
    ran = videre("submit", folder / "a.mp4", "--wait")
    assert ran.code == 3
    assert "partial" in ran.out


def test_json_lines_of_a_batch(videre: Run, folder: Path) -> None:
    ran = videre("submit", folder, "https://example.org/c.mp4", "--json")
    records = [json.loads(line) for line in ran.out.splitlines()]
    assert {record["input"] for record in records} == {
        str(folder / "a.mp4"), str(folder / "deep" / "b.mkv"), "https://example.org/c.mp4"
    }  # fmt: skip
    assert all(record["job"]["state"] == "JOB_STATE_SUCCEEDED" for record in records)


def test_wrong_usage_is_exit_code_2(videre: Run, folder: Path) -> None:
    assert videre("submit", folder / "missing.mp4").code == 2
    assert videre("submit", folder, "--tag", "nonsense").code == 2
    assert videre("query").code == 2


def test_query_shows_the_analysis(videre: Run, world: World) -> None:
    world.add_job("j1", job_pb2.JOB_STATE_SUCCEEDED, media_id=world.add_film(), progress=1.0)
    basic = videre("query", "j1")
    assert basic.code == 0
    assert "Verdict  review" in basic.out
    assert "Flower in the garden" not in basic.out
    full = videre("query", "j1", "--view", "full")
    assert "Flower in the garden" in full.out
    assert "not understood" in full.out
    assert "surpassed in the later times" in full.out


def test_query_as_json(videre: Run, world: World) -> None:
    world.add_job("j1", job_pb2.JOB_STATE_SUCCEEDED, media_id=world.add_film())
    answer = videre("query", "j1", "--view", "full", "--json").json()
    assert len(answer["analysis"]["shots"]) == 17
    assert answer["job"]["jobId"] == "j1"


def test_query_of_a_failed_job(videre: Run, world: World) -> None:
    error = job_pb2.JobError(reason="MEDIA_UNREADABLE", message="No [bold]demuxer[/bold].")
    world.add_job("j1", job_pb2.JOB_STATE_FAILED, error=error)
    ran = videre("query", "j1")
    assert ran.code == 3
    assert "MEDIA_UNREADABLE: No [bold]demuxer[/bold]." in ran.out


def test_a_refusal_is_exit_code_1_with_its_reason(videre: Run) -> None:
    ran = videre("query", "nothing")
    assert ran.code == 1
    assert ran.err == "videre: JOB_NOT_FOUND: no job nothing\n"


def test_waiting_in_vain_is_exit_code_4(videre: Run, world: World) -> None:
    world.add_job("j1", job_pb2.JOB_STATE_RUNNING)
    ran = videre("query", "j1", "--wait", "--timeout", "0.01")
    assert ran.code == 4
    assert "it runs on" in ran.err


def test_watch_prints_events_and_how_it_ended(videre: Run, world: World) -> None:
    world.add_job("j1", job_pb2.JOB_STATE_CANCELLED)
    ran = videre("watch", "j1")
    assert ran.code == 3
    assert "text running 2/4" in ran.out
    lines = videre("watch", "j1", "--json", "--after", "3").out.splitlines()
    assert [json.loads(line)["seq"] for line in lines] == ["4"]


def test_jobs_are_listed_cancelled_and_deleted(videre: Run, world: World) -> None:
    for number in range(3):
        world.add_job(f"j{number}", job_pb2.JOB_STATE_RUNNING)
    listed = videre("list", "--state", "running", "--limit", "2", "--json").json()
    assert [job["jobId"] for job in listed] == ["j2", "j1"]
    assert "cancelled" in videre("cancel", "j0", "j1").out
    assert videre("delete", "j0", "j1").out == "deleted 2\n"
    assert list(world.jobs) == ["j2"]


def test_report_writes_a_page(videre: Run, world: World, tmp_path: Path) -> None:
    media_id = world.add_film()
    own = analysis_pb2.Stage(name="the job's own stage", model_calls=7)
    world.add_job(
        "j1", job_pb2.JOB_STATE_SUCCEEDED, media_id=media_id, analysis_revision=1, stages=[own]
    )
    page = tmp_path / "report.html"
    assert videre("report", "j1", "--html", page).code == 0
    written = page.read_text(encoding="utf-8")
    assert "<h1>A film</h1>" in written
    assert "the job&#39;s own stage" in written


def test_report_of_a_job_without_analysis(videre: Run, world: World, tmp_path: Path) -> None:
    world.add_job("j1", job_pb2.JOB_STATE_RUNNING)
    ran = videre("report", "j1", "--html", tmp_path / "report.html")
    assert ran.code == 1
    assert "no analysis" in ran.err


def test_media_commands(videre: Run, world: World, folder: Path) -> None:
    world.add_film()
    digest = hashlib.sha256(b"bytes").hexdigest()
    world.artifacts[digest] = b"bytes"
    assert videre("media", "upload", folder / "a.mp4").code == 0
    assert len(videre("media", "list", "--json").json()) == 2
    assert "Flower in the garden" in videre("media", "show", MEDIA_ID).out
    assert videre("media", "artifact", digest, "-o", folder / "x").code == 0
    assert (folder / "x").read_bytes() == b"bytes"
    videre("media", "delete", MEDIA_ID)
    assert MEDIA_ID not in world.media


def test_engines(videre: Run, world: World) -> None:
    world.engines.append(
        engine_pb2.Engine(
            feature="text", name="rapidocr", state=engine_pb2.ENGINE_STATE_MISSING, is_default=True,
            state_message="install [it]",
        )
    )  # fmt: skip
    ran = videre("engines")
    assert "rapidocr *" in ran.out
    assert "install [it]" in ran.out


def test_a_model_card_is_shown_without_a_server(videre: Run, world: World) -> None:
    shown = videre("engines", "--card", "resemblyzer").out
    assert "VoxCeleb" in shown
    assert "resemblyzer_voice_encoder" in shown
    told = videre("engines", "--card", "yolox-nano", "--json").json()
    assert told["licence"] == "Apache-2.0"
    assert told["files"][0]["sha256"].startswith("e7a3e6f6")
    refused = videre("engines", "--card", "no-such-engine")
    assert refused.code == 2
    assert "yolox-nano" in refused.err
    assert not world.calls("ListEngines")


def test_estimate(videre: Run, world: World) -> None:
    ran = videre("estimate", "https://example.org/a.mp4", "--duration", "60")
    assert "15.5 s" in ran.out
    assert world.calls("EstimateJob")[0].duration.ToSeconds() == 60


def test_models_are_listed_and_unknown_ones_refused(
    videre: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDERE_MODEL_DIR", str(tmp_path))
    listed = videre("models", "list", "--tier", "standard", "--json").json()
    assert all(model["missing"] for model in listed)
    assert videre("models", "pull", "no-such-model").code == 2
    name = listed[0]["name"]
    verified = videre("models", "verify", name)
    assert verified.code == 1
    assert f"failed {name}" in verified.out


def test_doctor_and_config(videre: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDERE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("VIDERE_MODEL_MIRROR", "https://user:word@example.org/models")
    found = videre("doctor", "--json").json()
    assert {item["subject"] for item in found} >= {"python", "packages", "data folder", "server"}


def test_the_configuration_of_every_process_is_shown(
    videre: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "videre.toml").write_text('nice = 5\njobs_at_once = 2\nlog_level = "error"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VIDERE_CONFIG", raising=False)
    monkeypatch.setenv("VIDERE_MODEL_MIRROR", "https://user:word@example.org/models")
    monkeypatch.setenv("VIDERE_LOG_LEVEL", "debug")
    shown = videre("config", "show", "--json").json()
    assert shown["file"] == "videre.toml"
    assert list(shown["processes"]) == list(PORTS)
    for name, own in shown["processes"].items():
        assert own["port"] == {"value": PORTS[name], "from": "default"}
        assert own["nice"] == {"value": 5, "from": "file"}
        assert own["log_level"] == {"value": "debug", "from": "environment"}
        mirror = {"value": "https://***@example.org/models", "from": "environment"}
        assert own["model_mirror"] == mirror
        assert ("jobs_at_once" in own) == (name == "orchestrator")
    assert shown["processes"]["orchestrator"]["jobs_at_once"] == {"value": 2, "from": "file"}
    lines = videre("config", "show").out.splitlines()
    rows = [line.split() for line in lines]
    assert ["nice", "5", "file", "all"] in rows
    assert ["jobs_at_once", "2", "file", "orchestrator"] in rows
    assert ["port", "7712", "default", "asr"] in rows


def test_a_bad_setting_is_named(videre: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDERE_SLOTS", "0")
    ran = videre("config", "show")
    assert ran.code == 1
    assert "slots: Input should be greater than or equal to 1" in ran.err


def test_no_server(videre: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = videre("doctor", "--server", "127.0.0.1:1")
    assert ran.code == 0
    assert "nobody answers" in ran.out


def test_an_unknown_state_of_a_later_release_is_shown(videre: Run, world: World) -> None:
    world.add_job("j1", job_pb2.JOB_STATE_RUNNING)
    world.jobs["j1"].stages.add(name="new", state=99)
    assert "state 99" in videre("query", "j1").out
    assert analysis_pb2.StageState.values()[-1] < 99
