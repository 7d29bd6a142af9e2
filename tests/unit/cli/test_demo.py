"""The demonstration from start to end, with a server double as its only process."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from doubles.suite import composed

from videre.cli.demo_run import Demo, find_sample, run_demo
from videre.cli.exits import Exit
from videre.cli.failures import CommandError
from videre.v1 import job_pb2

FLOWER = {"kind": "text", "text": "Flower in the garden"}
ZEBRA = {"kind": "object", "class": "zebra"}


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A clip with its truth."""
    clip = tmp_path / "sample.mp4"
    clip.write_bytes(b"frames")
    truth = {"bundled": [FLOWER], "standard": [ZEBRA]}
    (tmp_path / "sample.truth.json").write_text(json.dumps(truth), encoding="utf-8")
    return clip


async def test_everything_is_shown_compared_and_gone(
    sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, state = sample.with_name("report.html"), sample.with_name("state")
    compose = composed(job_pb2.JOB_STATE_SUCCEEDED)
    code = await run_demo(Demo(sample, page, state, 30, compose))
    captured = capsys.readouterr()
    assert code == Exit.OK
    assert "<h1>A film</h1>" in page.read_text(encoding="utf-8")
    assert "Expected of bundled engines: 1 of 1 found  met" in captured.out
    assert "Expected of standard engines: 0 of 1 found  not met" in captured.out
    assert "production is not installed" in captured.err
    pid = int((state / "logs" / "orchestrator.log").read_text().split()[1])
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_what_bundled_engines_miss_is_an_error(sample: Path) -> None:
    sample.with_name("sample.truth.json").write_text(json.dumps({"bundled": [ZEBRA]}))
    page = sample.with_name("report.html")
    compose = composed(job_pb2.JOB_STATE_SUCCEEDED)
    assert await run_demo(Demo(sample, page, None, 30, compose)) == Exit.ERROR


async def test_a_partial_job_is_said(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = sample.with_name("report.html")
    compose = composed(job_pb2.JOB_STATE_PARTIAL)
    assert await run_demo(Demo(sample, page, None, 30, compose)) == Exit.JOB
    assert "ended partial" in capsys.readouterr().err


def test_the_sample_may_be_named(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDERE_SAMPLE", str(sample))
    assert find_sample() == sample
    monkeypatch.setenv("VIDERE_SAMPLE", str(sample.with_name("none.mp4")))
    with pytest.raises(CommandError, match="VIDERE_SAMPLE"):
        find_sample()
