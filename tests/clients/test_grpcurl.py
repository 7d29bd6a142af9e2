"""The lines of the page about grpcurl, against a real server, by its reflection."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from client_programs import ROOT, blocks
from running import processes

pytestmark = pytest.mark.long


def test_the_main_job_in_five_lines(tmp_path: Path) -> None:
    if shutil.which("grpcurl") is None:
        pytest.skip("this machine has no grpcurl")
    (lines,) = blocks(ROOT / "docs" / "clients" / "grpcurl.md", "sh")
    assert len(lines.splitlines()) == 5
    note = tmp_path / "note.txt"
    note.write_text("Who sells cocaine here?\nNobody does.\n")
    with processes(tmp_path, "orchestrator") as suite:
        named = {"SERVER": suite.ports.target("orchestrator"), "FILM": note.as_uri()}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", lines],
            env=os.environ | named, capture_output=True, encoding="utf-8", timeout=60,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert '"state": "JOB_STATE_SUCCEEDED"' in done.stdout
    assert "Who sells cocaine here?" in done.stdout
