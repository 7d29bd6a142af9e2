"""The fork server: children are told apart, its own death harms no task, nothing is left behind."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest
import synth
from processes import children, fork_servers

from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.fork_client import ForkServer, ServerLost
from videre.orchestrator.media.index import MediaIndex
from videre.orchestrator.media.limits import ChildLimits
from videre.orchestrator.media.runner import RunChild, media_children

Named = Callable[[str], tuple[synth.Clip, Path, MediaIndex]]


def descriptors(process: int) -> int:
    return len(os.listdir(f"/proc/{process}/fd"))


def the_server() -> int:
    (server,) = fork_servers()
    return server


def request(task: str, **arguments: object) -> bytes:
    limits = ChildLimits()
    values = {name: getattr(limits, name) for name in limits.__slots__}
    return json.dumps({"task": task, "limits": values, "arguments": arguments}).encode()


def endless(tmp_path: Path) -> dict[str, object]:
    """Return the arguments of a `sound` that waits for ever: nobody writes to its index."""
    os.mkfifo(tmp_path / "index")
    return {"index_path": str(tmp_path / "index")}


async def a_child_of(server: int) -> int:
    async with asyncio.timeout(20):
        while not (found := children(server)):  # noqa: ASYNC110  the kernel sends no event
            await asyncio.sleep(0.01)
    return found.pop()


async def gone(process: int) -> None:
    async with asyncio.timeout(20):
        with suppress(ProcessLookupError):
            while True:
                os.kill(process, 0)
                await asyncio.sleep(0.01)


@pytest.fixture
async def server() -> AsyncIterator[ForkServer]:
    server = await ForkServer.start()
    yield server
    await server.close()


async def test_a_killed_child_is_named_and_harms_no_other(
    run_child: RunChild, tmp_path: Path
) -> None:
    with pytest.raises(VidereError):
        await run_child("no such task", {}, ChildLimits())  # starts the server
    task = asyncio.create_task(run_child("sound", endless(tmp_path), ChildLimits()))
    child = await a_child_of(the_server())
    with pytest.raises(VidereError):
        await run_child("no such task", {}, ChildLimits())
    assert not task.done()
    os.kill(child, signal.SIGSEGV)
    with pytest.raises(VidereError) as caught:
        await task
    assert caught.value.reason is Reason.DECODE_FAILED
    assert caught.value.metadata == {"task": "sound", "ended": "SIGSEGV"}


async def test_a_task_outlives_one_death_of_the_server_and_is_not_tried_for_ever(
    run_child: RunChild, tmp_path: Path
) -> None:
    task = asyncio.create_task(run_child("sound", endless(tmp_path), ChildLimits()))
    for _ in range(2):
        async with asyncio.timeout(20):
            while not fork_servers():  # noqa: ASYNC110  the kernel sends no event
                await asyncio.sleep(0.01)
        server = the_server()
        child = await a_child_of(server)
        os.kill(server, signal.SIGKILL)
        await gone(child)
        await gone(server)
    with pytest.raises(VidereError) as caught:
        await task
    assert caught.value.reason is Reason.DECODE_FAILED
    assert caught.value.metadata == {"task": "sound", "ended": "SIGKILL"}


async def test_a_server_that_dies_idle_is_replaced(named: Named, tmp_path: Path) -> None:
    _, path, index = named("cfr25")
    (tmp_path / "index").write_bytes(index.encode())
    arguments = {"path": str(path), "index_path": str(tmp_path / "index"), "folder": str(tmp_path)}
    async with media_children() as run_child:
        for _ in range(2):
            await run_child("sound", {**arguments, "want_music": False}, ChildLimits())
            server = the_server()
            os.kill(server, signal.SIGKILL)
            await gone(server)
    assert fork_servers() == set()


async def test_many_tasks_side_by_side_leave_nothing(server: ForkServer, tmp_path: Path) -> None:
    async def fail() -> None:
        ended = await server.run(request("no such task"), 60.0)
        assert (ended.code, ended.answer) == (1, b"")
        assert ended.errors.strip().endswith(b"KeyError: 'no such task'")

    async def give_up(arguments: dict[str, object]) -> None:
        with pytest.raises(TimeoutError):
            await server.run(request("sound", **arguments), 0.1)

    process = the_server()
    await fail()
    before = descriptors(os.getpid()), descriptors(process)
    waiting = endless(tmp_path)
    for _ in range(5):
        await asyncio.gather(fail(), give_up(waiting), fail(), give_up(waiting))
    assert (descriptors(os.getpid()), descriptors(process)) == before
    assert children(process) == set()
    assert len(os.listdir(f"/proc/{process}/task")) == 1


async def test_a_child_holds_its_own_descriptors_only(server: ForkServer, tmp_path: Path) -> None:
    arguments = endless(tmp_path)
    process = the_server()
    tasks = []
    for count in (1, 2):
        tasks.append(asyncio.create_task(server.run(request("sound", **arguments), 60.0)))
        async with asyncio.timeout(20):
            while len(children(process)) < count:  # noqa: ASYNC110  the kernel sends no event
                await asyncio.sleep(0.01)
    held = []
    async with asyncio.timeout(20):
        while held != [4, 4]:  # input, output, errors, exchange
            await asyncio.sleep(0.01)
            held = [descriptors(child) for child in children(process)]
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert children(process) == set()


_NOISY = """
import os, socket
from videre.orchestrator.media import child

def noisy(arguments):
    os.write(1, b"from a library")
    return "done"

child.TASKS["noisy"] = noisy
server = os.getpid()
ours, exchange = socket.socketpair()
said, errors = os.pipe()
ours.sendall(os.environb[b"REQUEST"])
ours.shutdown(socket.SHUT_WR)
if os.fork() == 0:
    child.serve(exchange, errors, server)
exchange.close()
os.close(errors)
os.wait()
print(ours.recv(99), os.read(said, 99))
"""


async def test_what_a_library_prints_is_no_answer() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _NOISY,
        env={**os.environ, "REQUEST": request("noisy").decode()},
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        output, _ = await process.communicate()
    answer = b'{"ok": "done"}'
    assert output.decode().strip() == f"{answer!r} {b'from a library'!r}"


async def test_a_stopped_server_is_ended(
    server: ForkServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videre.orchestrator.media.fork_client._END_S", 0.2)
    os.kill(the_server(), signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        await server.run(request("probe"), 0.1)
    assert not server.alive
    with pytest.raises(ServerLost):
        await server.run(request("probe"), 0.1)


async def test_a_server_that_does_not_start_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("videre.orchestrator.media.fork_client._MODULE", "no_such_module")
    async with media_children() as run_child:
        with pytest.raises(VidereError) as caught:
            await run_child("probe", {}, ChildLimits(), failure=Reason.MEDIA_UNREADABLE)
    assert caught.value.metadata == {"task": "probe", "ended": "exit code 1"}
    assert fork_servers() == set()


async def test_after_the_end_nothing_is_run() -> None:
    async with media_children() as run_child:
        pass
    with pytest.raises(VidereError) as caught:
        await run_child("probe", {}, ChildLimits())
    assert caught.value.reason is Reason.SHUTTING_DOWN


async def test_a_call_under_way_outlives_the_closing(tmp_path: Path) -> None:
    async with media_children() as run_child:
        task = asyncio.create_task(run_child("sound", endless(tmp_path), ChildLimits()))
        async with asyncio.timeout(20):
            while not fork_servers():  # noqa: ASYNC110  the kernel sends no event
                await asyncio.sleep(0.01)
        server = the_server()
        child = await a_child_of(server)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await gone(child)
    await gone(server)


_KILLED = """
import asyncio, os, sys
from videre.orchestrator.media.fork_client import ForkServer

async def main():
    server = await ForkServer.start()
    waiting = asyncio.create_task(server.run(sys.stdin.buffer.read(), 60.0))
    print("ready", flush=True)
    await waiting

asyncio.run(main())
"""


async def test_all_ends_with_a_killed_orchestrator(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _KILLED,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(request("sound", **endless(tmp_path)))
    process.stdin.write_eof()
    async with asyncio.timeout(60):
        assert await process.stdout.readline() == b"ready\n"
    (server,) = children(process.pid)
    child = await a_child_of(server)
    process.kill()
    await process.wait()
    await gone(child)
    await gone(server)
