"""A real NATS server with JetStream, for tests: Debian's nats-server, or what is on PATH."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_PLACES = ("/usr/sbin/nats-server", "/usr/local/bin/nats-server")


def program() -> str | None:
    """Return the server's program; None where it is not installed."""
    found = shutil.which("nats-server")
    return found or next((place for place in _PLACES if Path(place).exists()), None)


needs_nats = pytest.mark.skipif(program() is None, reason="needs nats-server")


@contextmanager
def nats_server(folder: Path) -> Iterator[str]:
    """Run a server on a port of its own for the length of a block; give its address."""
    executable = program()
    assert executable is not None
    log = folder / "nats.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [executable, "-a", "127.0.0.1", "-p", "-1", "-js", "-sd", str(folder / "store")],
            stdout=output, stderr=output,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 20
        while "Server is ready" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        port = re.findall(r"127\.0\.0\.1:(\d+)", log.read_text())[-1]
        yield f"nats://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
