"""`videre at-rest …` runs the orchestrator's module and ends as it does."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from typer.testing import CliRunner

from videre.cli.app import app

MODULE = [sys.executable, "-m", "videre.orchestrator.at_rest"]


@pytest.mark.parametrize(
    ("given", "run"),
    [
        (["reseal"], ["reseal"]),
        (["reseal", "--new-data-key", "--json"], ["--json", "reseal", "--new-data-key"]),
        (["find"], ["find"]),
    ],
)
@pytest.mark.parametrize("code", [0, 1])
def test_it_runs_the_module(
    given: list[str], run: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []

    def ran(command: list[str], **_options: Any) -> subprocess.CompletedProcess[bytes]:
        seen.append(command)
        return subprocess.CompletedProcess(command, code)

    monkeypatch.setattr(subprocess, "run", ran)
    assert CliRunner().invoke(app, ["at-rest", *given]).exit_code == code
    assert seen == [[*MODULE, *run]]
