"""An operator's labels: in force from the start, or the reason why nothing starts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from calling import TIMEOUT_S, Api, text_request
from running import Processes

from videre.v1 import analysis_pb2, job_pb2

START_S = 60
OWN = """\
[level3]
"animal.husky" = { parent = "animal.pet", en = "Husky", zh-Hans = "哈士奇", de = "Schlittenhund" }
"""


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """A file with one more label."""
    file = tmp_path / "own.toml"
    file.write_text(OWN, "utf-8")
    return file


@pytest.mark.long
def test_an_own_label_is_found_by_its_words_and_pinned_by_version(
    orchestrator: Callable[..., AbstractContextManager[Processes]], overlay: Path
) -> None:
    with (
        orchestrator(VIDERE_TAXONOMY_OVERLAYS=str(overlay)) as running,
        Api(running.ports.target("orchestrator")) as api,
    ):
        job = api.ended(text_request("Ein Schlittenhund. Noch ein Schlittenhund."))
        request = job_pb2.QueryJobRequest(job_id=job.job_id, view=analysis_pb2.ANALYSIS_VIEW_FULL)
        request.filter.language_code = "de"
        analysis = api.jobs.QueryJob(request, timeout=TIMEOUT_S).analysis
    names = {label.node_id: label.name for label in analysis.labels}
    assert names["animal.husky"] == "Schlittenhund"
    assert names["animal"] == "Animals"
    version, _, digest = analysis.rules.taxonomy.partition("+")
    assert version == "3"
    assert len(digest) == 8


@pytest.mark.long
def test_a_wrong_file_stops_the_start_and_says_why(tmp_path: Path, overlay: Path) -> None:
    overlay.write_text(overlay.read_text("utf-8").replace("zh-Hans", "fr"), "utf-8")
    settings = {"VIDERE_DATA_DIR": str(tmp_path / "data"), "VIDERE_TAXONOMY_OVERLAYS": str(overlay)}
    ended = subprocess.run(
        [sys.executable, "-m", "videre.orchestrator", "--port", "0"],
        env=os.environ | settings, capture_output=True, text=True, timeout=START_S, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    *_, last = ended.stderr.splitlines()
    assert last == f"videre orchestrator: {overlay}: animal.husky: no name in 'zh-Hans'"
