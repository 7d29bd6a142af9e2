"""`videre demo` as a new user runs it: an empty home, no model files, then the standard tier's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

_PATIENCE_S = 400


def _demo(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    home = folder / "home"
    home.mkdir()
    # CI as a variable silences the telemetry of some libraries: a user does not have it.
    known = {key: value for key, value in os.environ.items() if key != "CI"}
    known = {key: value for key, value in known.items() if not key.startswith("VIDERE_")}
    return subprocess.run(
        [sys.executable, "-m", "videre.cli", "demo", "--html", str(folder / "report.html")],
        env=known | {"HOME": str(home), "TMPDIR": str(folder), **settings},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )


def _left_behind(folder: Path) -> list[str]:
    """Return the files of a folder but the report, and the processes that work in it."""
    report = folder / "report.html"
    files = [str(path) for path in folder.rglob("*") if path.is_file() and path != report]
    processes = [
        entry.name
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and str(folder).encode() in _environment(entry)
    ]
    return files + processes


def _environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:  # it ended, or it is somebody else's
        return b""


@pytest.mark.long
def test_without_model_files_it_finds_what_the_wheels_know(tmp_path: Path) -> None:
    ended = _demo(tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "bundled engines: 43 of 43 found" in ended.stdout
    assert "Nobody looked for objects, classes, faces" in ended.stdout
    assert "Nobody looked for diarization: resemblyzer needs torch" in ended.stdout
    assert (tmp_path / "report.html").stat().st_size > 100_000
    assert _left_behind(tmp_path) == []


@pytest.mark.long
def test_with_model_files_it_finds_all(tmp_path: Path) -> None:
    mirror = os.environ.get("VIDERE_MODEL_MIRROR")
    if not mirror:
        pytest.skip("VIDERE_MODEL_MIRROR names no folder with model files")
    ended = _demo(tmp_path, VIDERE_MODEL_MIRROR=mirror)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "bundled engines: 43 of 43 found" in ended.stdout
    assert "standard engines: 12 of 12 found" in ended.stdout
    assert _left_behind(tmp_path) == []
