"""The client in Node of `tests/clients/node`, installed from what is committed there."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

_SOURCE: Final = Path(__file__).parent / "clients" / "node"
PROTOS: Final = Path(__file__).parents[1] / "protos"
_INSTALL_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Node:
    """The Node client, installed in a folder."""

    node: str
    folder: Path

    def start(self, script: str, target: str, *args: str) -> subprocess.Popen[str]:
        """Start a script that talks to a server."""
        command = [self.node, str(self.folder / script), target, str(PROTOS), *args]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        )

    def run(self, script: str, target: str, *args: str, timeout_s: float = 90.0) -> str:
        """Run a script to its end and return what it prints; fail when it fails."""
        process = self.start(script, target, *args)
        try:
            printed, complaints = process.communicate(timeout=timeout_s)
        finally:
            process.kill()
        assert process.returncode == 0, complaints
        return printed


def install(folder: Path) -> Node:
    """Install the client in a new folder; skip where Node or its packages cannot be had."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        pytest.skip("this machine has no Node")
    shutil.copytree(_SOURCE, folder, ignore=shutil.ignore_patterns("node_modules"))
    command = [npm, "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, encoding="utf-8", timeout=_INSTALL_S
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"the packages of the Node client did not come within {_INSTALL_S:.0f} s")
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines()
        pytest.skip(f"the packages of the Node client cannot be had: {lines[-1] if lines else ''}")
    return Node(program, folder)
