"""Supervised children: real processes that crash, linger, and must all be gone at the end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

import pytest
from processes import alive

from videre.cli.failures import CommandError
from videre.cli.supervise.logs import LogFiles
from videre.cli.supervise.ports import Ports
from videre.cli.supervise.process import Child, Program, describe_exit
from videre.cli.supervise.supervisor import running, suite

_WAIT_S = 20


class Log:
    """Keeps lines and lets a test wait for one."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        self._news = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, name: str, line: str) -> None:
        self.lines.append((name, line))
        task = asyncio.get_running_loop().create_task(self._tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def line(self, start: str, count: int = 1) -> str:
        """Return the `count`-th line that begins with `start`, as soon as it is there."""

        def found() -> list[str]:
            return [line for _, line in self.lines if line.startswith(start)]

        async with asyncio.timeout(_WAIT_S), self._news:
            await self._news.wait_for(lambda: len(found()) >= count)
        return found()[count - 1]


def program(script: str, target: str = "127.0.0.1:1", name: str = "visual") -> Program:
    """Return a program that runs a Python text."""
    return Program(name, (sys.executable, "-c", script), {"GREETING": "hello"}, target)


async def gone(pid: int) -> None:
    """Return once the process is gone."""
    async with asyncio.timeout(_WAIT_S):
        while alive(pid):  # noqa: ASYNC110  nobody tells when a foreign process ends
            await asyncio.sleep(0.01)


PRINT_PID = "import os, time; print('pid', os.getpid(), os.environ['GREETING'], flush=True); "


async def test_a_child_logs_and_ends_on_request() -> None:
    log = Log()
    async with running([program(PRINT_PID + "time.sleep(600)")], log, grace_s=10):
        words = (await log.line("pid")).split()
        assert words[2] == "hello"
        assert os.getpgid(int(words[1])) == int(words[1])
    assert not alive(int(words[1]))


async def test_a_crashed_child_is_started_again() -> None:
    log = Log()
    async with running([program(PRINT_PID + "raise SystemExit(7)")], log, grace_s=10):
        second = int((await log.line("pid", 2)).split()[1])
        assert second != int((await log.line("pid", 1)).split()[1])
        assert "exit code 7" in await log.line("ended with")
    assert not alive(second)


async def test_a_child_that_will_not_end_is_killed_with_its_children() -> None:
    script = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "print('inner', inner.pid, flush=True); time.sleep(600)"
    )
    log = Log()
    async with running([program(script)], log, grace_s=0.2):
        inner = int((await log.line("inner")).split()[1])
    await gone(inner)
    assert any("killed" in line for _, line in log.lines)


@pytest.mark.parametrize("group", [None, 0], ids=["same group", "own group"])
async def test_what_a_crashed_child_leaves_behind_is_killed(group: int | None) -> None:
    script = (
        "import subprocess, sys;"
        "sleep = [sys.executable, '-c', 'import time; time.sleep(600)'];"
        f"inner = subprocess.Popen(sleep, process_group={group});"
        "print('inner', inner.pid, flush=True)"
    )
    log = Log()
    async with running([program(script)], log, grace_s=5):
        inner = int((await log.line("inner")).split()[1])
        await log.line("ended with")
        await gone(inner)


async def test_stopping_during_the_start_leaves_nothing() -> None:
    child = Child(program(PRINT_PID + "time.sleep(600)"), Log())
    task = asyncio.create_task(child.run())
    await asyncio.sleep(0)  # the child is being created now
    await child.stop(5)
    async with asyncio.timeout(_WAIT_S):
        await task


async def test_children_end_when_the_supervisor_is_killed() -> None:
    script = """
import asyncio, sys
from videre.cli.supervise.process import Program
from videre.cli.supervise.supervisor import running, suite

async def main():
    child = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    program = Program("visual", (sys.executable, "-c", child), {}, "127.0.0.1:1")
    async with running([program], lambda name, line: print(line, flush=True), grace_s=5):
        await asyncio.sleep(600)

asyncio.run(main())
"""
    supervisor = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE
    )
    assert supervisor.stdout is not None
    async with asyncio.timeout(_WAIT_S):
        child = int(await supervisor.stdout.readline())
    assert alive(child)
    supervisor.kill()
    await supervisor.wait()
    await gone(child)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
async def test_in_the_foreground_one_signal_ends_everything(sent: signal.Signals) -> None:
    script = """
import asyncio
from doubles.suite import composed
from videre.cli.supervise.foreground import run_in_foreground
from videre.cli.supervise.ports import Ports

with Ports.free() as ports:
    asyncio.run(run_in_foreground(ports, None, 30, composed(3)))
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        script,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    lines: list[str] = []
    async with asyncio.timeout(3 * _WAIT_S):
        while not lines or "ready" not in lines[-1]:
            lines.append((await process.stdout.readline()).decode())
        process.send_signal(sent)
        rest = (await process.stdout.read()).decode()
        assert await process.wait() == 0
    (pid,) = [int(line.split()[3]) for line in lines if "pid" in line]
    assert not alive(pid)
    assert "gRPC 127.0.0.1:" in lines[-1]
    assert rest.endswith("| stopped\n")


async def test_endless_lines_are_cut() -> None:
    log = Log()
    script = "import sys, time; sys.stdout.write('x' * 300_000 + '\\nend\\n'); sys.stdout.flush();"
    async with running([program(script + "time.sleep(600)")], log, grace_s=5):
        await log.line("end")
    assert sum(len(line) for _, line in log.lines if line.startswith("x")) == 300_000
    assert max(len(line) for _, line in log.lines) <= 2 * 65_536


@pytest.fixture
def ports() -> Iterator[Ports]:
    with Ports.free() as free:
        yield free


async def test_health_is_waited_for(ports: Ports) -> None:
    serving = (
        "import grpc, time; from concurrent import futures;"
        "from grpc_health.v1 import health, health_pb2_grpc;"
        "server = grpc.server(futures.ThreadPoolExecutor(2));"
        "health_pb2_grpc.add_HealthServicer_to_server(health.HealthServicer(), server);"
        f"server.add_insecure_port('{ports.target('visual')}'); server.start(); time.sleep(600)"
    )
    healthy = program(serving, ports.target("visual"))
    async with running([healthy], Log(), grace_s=5) as supervisor:
        assert await supervisor.unhealthy(_WAIT_S) == []


async def test_what_does_not_become_healthy_is_named(ports: Ports) -> None:
    deaf = program("import time; time.sleep(600)", ports.target("ocr"), "ocr")
    async with running([deaf], Log(), grace_s=5) as supervisor:
        assert await supervisor.unhealthy(0.3) == ["ocr"]


def test_ports_are_given_to_nobody_else(ports: Ports) -> None:
    with Ports.free() as others:
        assert not {*astuple(ports)} & {*astuple(others)}
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", ports.asr))


def test_taken_ports_are_named(ports: Ports) -> None:
    ports.check()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", ports.asr))
        taken.listen()
        assert ports.taken() == [("asr", ports.asr)]
        with pytest.raises(CommandError, match=f"{ports.asr} \\(asr\\).*--ports-base"):
            ports.check()


def test_ports_keep_their_distances() -> None:
    ports = Ports.from_base(9000)
    assert (ports.orchestrator, ports.http) == (9000, 9001)
    assert (ports.visual, ports.production) == (9010, 9014)
    assert ports.target("ocr") == "127.0.0.1:9011"


def test_what_the_processes_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDERE_METRICS_PORT", "9100")
    chosen = suite(Ports.from_base(9000), tmp_path)
    told = {program.name: program.environment for program in chosen.programs}
    assert told["orchestrator"]["VIDERE_PORT"] == "9000"
    assert told["orchestrator"]["VIDERE_HTTP_PORT"] == "9001"
    assert told["orchestrator"]["VIDERE_OCR_ENDPOINTS"] == "127.0.0.1:9011"
    assert "VIDERE_BIND" not in told["orchestrator"]
    assert told["ocr"]["VIDERE_BIND"] == "127.0.0.1"
    assert told["ocr"]["VIDERE_PORT"] == "9011"
    assert {environment["VIDERE_DATA_DIR"] for environment in told.values()} == {str(tmp_path)}
    metrics = [told[name]["VIDERE_METRICS_PORT"] for name in told if name != "orchestrator"]
    assert len(set(metrics)) == len(metrics)
    assert all(
        program.command[1:] == ("-m", f"videre.{program.name}") for program in chosen.programs
    )


def test_log_files_keep_a_tail(tmp_path: Path) -> None:
    logs = LogFiles(tmp_path / "logs")
    for number in range(30):
        logs("asr", f"line {number}")
    assert logs.tail("asr")[-1] == "line 29"
    assert len(logs.tail("asr")) == 20
    assert (tmp_path / "logs" / "asr.log").read_text().count("\n") == 30


def test_how_a_process_ended() -> None:
    assert describe_exit(3) == "exit code 3"
    assert describe_exit(-9) == "signal 9 (Killed)"
