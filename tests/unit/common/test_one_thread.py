"""Number libraries stay on the thread that calls them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = """
import {package}
import numpy
numpy.ones((600, 600)) @ numpy.ones((600, 600))
print(len(__import__("os").listdir("/proc/self/task")))
"""
_PACKAGES = ("visual", "ocr", "asr", "audio", "production", "orchestrator")


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted in /proc")
@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one core has one thread anyway")
@pytest.mark.parametrize("name", _PACKAGES)
def test_a_product_of_matrices_starts_no_thread(name: str) -> None:
    environment = {key: value for key, value in os.environ.items() if "THREADS" not in key}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(package=f"videre.{name}")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "1"
