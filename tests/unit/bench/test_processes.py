"""What processes cost: a forked one is told from its parent, decoding is counted once."""

import asyncio
import json
import os
from dataclasses import asdict
from pathlib import Path

from bench.processes import Peaks, Used, cpu_used, decoding_s, total_s
from videre.orchestrator.media.fork_client import ForkServer
from videre.orchestrator.media.limits import ChildLimits

SERVER = "orchestrator.media.fork_server"
CHILD = f"{SERVER} (child)"


async def test_a_forked_process_has_a_name_of_its_own(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "index")  # nobody writes to it: the child waits
    arguments = {"index_path": str(tmp_path / "index")}
    fields = {"task": "sound", "limits": asdict(ChildLimits()), "arguments": arguments}
    server = await ForkServer.start()
    task = asyncio.create_task(server.run(json.dumps(fields).encode(), 60.0))
    async with asyncio.timeout(20):
        while CHILD not in cpu_used(os.getpid()):  # noqa: ASYNC110  the kernel sends no event
            await asyncio.sleep(0.01)
    peaks = Peaks()
    peaks.look(os.getpid())
    task.cancel()
    await asyncio.wait([task])
    used = cpu_used(os.getpid())
    await server.close()
    assert peaks.each.keys() >= {SERVER, CHILD}
    assert SERVER in used
    assert CHILD not in used


def test_decoding_is_the_fork_servers_and_those_that_were_replaced() -> None:
    used = {
        "orchestrator": Used(own_s=5.0, ended_s=2.0),
        SERVER: Used(own_s=0.5, ended_s=30.0),
        "asr": Used(own_s=7.0, ended_s=1.0),
    }
    assert decoding_s(used) == 32.5
    assert decoding_s({"orchestrator": Used(5.0, 2.0)}) == 2.0
    assert total_s(used) == 45.5
