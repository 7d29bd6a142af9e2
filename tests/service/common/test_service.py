"""The life of a service process: ready line, engines, models from the mirror, SIGTERM."""

import asyncio
import hashlib
import os
import signal
import sys
import textwrap
from pathlib import Path

from videre.common.channel import open_channel
from videre.internal.v1 import engine_pb2, engine_pb2_grpc

TIMEOUT_S = 60.0
PROGRAM = """
    from videre.common.engine import EngineRegistry, EngineSpec, Tier
    from videre.common.service import Service, run_service

    class Detector:
        spec = EngineSpec("objects", "toy", "1", Tier.STANDARD, "MIT", models=("yolox_nano",))
        def load(self, models):
            models.path("yolox_nano")

    async def goodbye():
        print("goodbye", flush=True)

    def build(context):
        context.on_close(goodbye)
        return Service(EngineRegistry([Detector], context.models), [])

    run_service("visual", build)
"""


async def start(tmp_path: Path, mirror: Path) -> asyncio.subprocess.Process:
    program = tmp_path / "toy.py"
    program.write_text(textwrap.dedent(PROGRAM))
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(program),
        "--port",
        "0",
        stdout=asyncio.subprocess.PIPE,
        env={
            **{key: value for key, value in os.environ.items() if not key.startswith("VIDERE_")},
            "VIDERE_DATA_DIR": str(tmp_path / "data"),
            "VIDERE_MODEL_MIRROR": str(mirror),
            "VIDERE_SLOTS": "3",
        },
    )


async def test_a_service_starts_describes_itself_and_drains(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "yolox_nano.onnx").write_bytes(b"not the model")
    process = await start(tmp_path, mirror)
    assert process.stdout is not None
    async with asyncio.timeout(TIMEOUT_S):
        ready = (await process.stdout.readline()).decode()
        assert ready.startswith("videre visual ready on 127.0.0.1:")
        assert "3 slots, 1 engines" in ready
        channel = open_channel([ready.split()[4]])
        stub = engine_pb2_grpc.EngineCatalogServiceStub(channel)
        answer = await stub.DescribeEngines(engine_pb2.DescribeEnginesRequest())
        await channel.close()
        process.send_signal(signal.SIGTERM)
        rest = (await process.stdout.read()).decode()
        assert await process.wait() == 0
    assert rest == "goodbye\n"
    [engine] = answer.engines
    assert (answer.service, answer.slots, engine.name) == ("visual", 3, "toy")
    assert engine.state == engine_pb2.ENGINE_STATE_MISSING  # the mirror's file was refused
    assert "videre models pull yolox_nano" in engine.state_message
    assert list(engine.model_digests) != [hashlib.sha256(b"not the model").hexdigest()]
