"""The suite as real processes, for tests that talk to it, kill it and start it again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.fresh import lay
from videre.cli.supervise.ports import SERVICES, Ports
from videre.client import Access, Videre
from videre.common.tls import TlsFiles

READY_S = 120.0
#: Short, so that a dead service is noticed within a test.
PATIENCE_S = "5"


class Processes:
    """Some or all processes of the suite on free ports, with their state in one folder."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self._held = contextlib.ExitStack()
        self.ports = self._held.enter_context(Ports.free())
        self._metrics = self._held.enter_context(Ports.free())
        self.folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._replicas: dict[str, tuple[str, int, dict[str, str]]] = {}
        self._environment = os.environ | {
            "VIDERE_DATA_DIR": str(folder / "data"),
            "VIDERE_HTTP_PORT": str(self.ports.http),
            "VIDERE_STAGE_PATIENCE": PATIENCE_S,
            "VIDERE_FILE_ROOTS": str(folder),
            "VIDERE_NICE": "0",
            "VIDERE_DRAIN_SECONDS": "2",
            # Who waits for sweeps asks for more of them: all suites together pay for each.
            "VIDERE_SWEEP_INTERVAL": "5",
            **{f"VIDERE_{name.upper()}_ENDPOINTS": self.ports.target(name) for name in SERVICES},
            **settings,
        }
        if "VIDERE_WEB_PORT" in settings:  # any free one, which is known
            self._environment["VIDERE_WEB_PORT"] = str(self._metrics.http)
        #: Who vouches for processes that speak TLS; "" = they speak plain text.
        self._authority = settings.get("VIDERE_TLS_CA", "")

    def start(self, *names: str) -> None:
        """Start processes and wait until each is healthy."""
        for name in names:
            environment = self._environment | self._own(name)
            if self._module(name) == "orchestrator" and "VIDERE_DATABASE_URL" not in environment:
                lay(Path(environment["VIDERE_DATA_DIR"]) / "videre.db")
            log = (self.folder / f"{name}.log").open("ab")
            self._running[name] = subprocess.Popen(
                [self._python(name), "-m", f"videre.{self._module(name)}",
                 "--port", str(self._port(name))],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
            log.close()
        for name in names:
            self._wait(name)

    def _python(self, name: str) -> str:
        """Return the interpreter of a process: engines of torch have environments of their own."""
        return self._environment.get(f"VIDERE_{self._module(name).upper()}_PYTHON", sys.executable)

    def replica(self, name: str, of: str = "orchestrator", **settings: str) -> str:
        """Make `name` another process of a kind, with a port, a folder and settings of its own.

        Returns:
            Where it will be reached.
        """
        ports = self._held.enter_context(Ports.free())
        own = {"VIDERE_DATA_DIR": str(self.folder / name), **settings}
        if of == "orchestrator":
            own["VIDERE_HTTP_PORT"] = str(ports.http)
        else:
            own["VIDERE_METRICS_PORT"] = str(ports.http)
        self._replicas[name] = of, ports.of(of), own
        return ports.target(of)

    def _module(self, name: str) -> str:
        return self._replicas[name][0] if name in self._replicas else name

    def _port(self, name: str) -> int:
        return self._replicas[name][1] if name in self._replicas else self.ports.of(name)

    def _own(self, name: str) -> dict[str, str]:
        if name in self._replicas:
            return self._replicas[name][2]
        if name not in SERVICES:
            return {}
        return {"VIDERE_METRICS_PORT": str(self._metrics.of(name))}

    def engine_calls(self) -> int:
        """Return how many calls of engines the running services have ended so far."""
        return sum(self._ended_calls(name) for name in self._running if name in SERVICES)

    def _ended_calls(self, name: str) -> int:
        return sum(
            int(value)
            for label, value in self.metrics(name).items()
            if label.startswith("videre_rpc_total{")
            and "videre.internal.v1" in label
            and "DescribeEngines" not in label
        )

    def metrics(self, name: str) -> dict[str, float]:
        """Return what a process measures of itself, by name with labels."""
        place = self._metrics.target(name) if name in SERVICES else self.ports.target("http")
        with urllib.request.urlopen(f"http://{place}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return {label: float(value) for label, value in pairs}

    def _wait(self, name: str) -> None:
        deadline = time.monotonic() + READY_S
        with self._channel(f"127.0.0.1:{self._port(name)}") as channel:
            stub: Any = health_pb2_grpc.HealthStub(channel)
            while True:
                try:
                    stub.Check(health_pb2.HealthCheckRequest(), timeout=1, wait_for_ready=True)
                except grpc.RpcError as error:
                    if self._running[name].poll() is not None or time.monotonic() > deadline:
                        log = (self.folder / f"{name}.log").read_text()[-2_000:]
                        raise RuntimeError(f"{name} did not start:\n{log}") from error
                else:
                    return

    def _channel(self, target: str) -> grpc.Channel:
        if not self._authority:
            return grpc.insecure_channel(target)
        trusted = grpc.ssl_channel_credentials(Path(self._authority).read_bytes())
        return grpc.secure_channel(target, trusted)

    def pid(self, name: str) -> int:
        """Return the process id of a running process."""
        return self._running[name].pid

    @property
    def names(self) -> list[str]:
        """The processes that were started and not ended."""
        return list(self._running)

    def alive(self, name: str) -> bool:
        """Tell whether a process that was started still runs."""
        return self._running[name].poll() is None

    def configure(self, **settings: str) -> None:
        """Change settings for processes that start from now on."""
        self._environment |= settings

    def kill(self, name: str) -> None:
        """Kill a process and everything it started, at once."""
        process = self._running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, name: str, timeout_s: float = 20) -> int:
        """Ask a process to end; return its exit code."""
        process = self._running.pop(name)
        process.terminate()
        try:
            return process.wait(timeout=timeout_s)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def target(self, name: str) -> str:
        """Return where a process is reached."""
        return f"127.0.0.1:{self._port(name)}"

    @property
    def web_port(self) -> int:
        """Where Connect, gRPC-Web and JSON are served, if a setting asks for them."""
        return self._metrics.http

    def client(self, name: str = "orchestrator", *, project: str = "") -> Videre:
        """Return a client of an orchestrator, whose calls are about a project."""
        return Videre(self.target(name), access=Access(project=project))

    def close(self) -> None:
        """End everything."""
        with self._held:
            for name in list(self._running):
                self.kill(name)


def tls_settings(tls: TlsFiles) -> dict[str, str]:
    """Return the settings by which processes speak TLS."""
    named = {
        "CERT": tls.certificate, "KEY": tls.key, "CA": tls.authority, "CLIENTS": tls.clients,
    }  # fmt: skip
    return {f"VIDERE_TLS_{name}": str(file) for name, file in named.items() if file is not None}


@contextlib.contextmanager
def processes(folder: Path, *names: str, **settings: str) -> Iterator[Processes]:
    """Run processes for the length of a block."""
    folder.mkdir(parents=True, exist_ok=True)
    suite = Processes(folder, **settings)
    try:
        suite.start(*names)
        yield suite
    finally:
        suite.close()


ALL = (*SERVICES, "orchestrator")
