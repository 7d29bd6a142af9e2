"""The fake server: a real gRPC server in this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Final

import grpc

from videre.client.testing._recordings import Recording, packaged_recording
from videre.client.testing._refusals import Refusal
from videre.client.testing._services import Desk, JobService, MediaService
from videre.client.testing._world import World
from videre.v1 import job_pb2_grpc, media_pb2_grpc

#: Streams hold a thread each.
_THREADS: Final = 32
_MESSAGE_LIMIT: Final = 4 << 20
_STOP_S: Final = 5.0


class FakeServer:
    """A server of JobService and MediaService on this machine; `close` it, or use it in a `with`.

    A job takes the course of a recording: its stages are done one after the other, then its
    analysis is there. Two tags of a job choose another one: `fake.recording` the name of a
    recording, `fake.state` its end (SUCCEEDED, PARTIAL or FAILED). Media are taken as they come and
    not looked at. Methods without a recording (feedback, exports, estimates) and other services are
    UNIMPLEMENTED.

    Args:
        recordings: what jobs come to; the first is that of jobs which name none. None given = the
            packaged one.
        port: 0 = any free one.
        event_s: from one event of a job to the next, seconds; 0 = jobs end at once.
        further: adds services to the server before it starts.
    """

    def __init__(
        self,
        recordings: Sequence[Recording] = (),
        *,
        port: int = 0,
        event_s: float = 0.0,
        further: Callable[[grpc.Server], None] | None = None,
    ) -> None:
        self._desk = Desk()
        world = World(tuple(recordings) or (packaged_recording(),), event_s, time.time_ns)
        self._server = grpc.server(
            ThreadPoolExecutor(_THREADS),
            options=(
                ("grpc.max_receive_message_length", _MESSAGE_LIMIT),
                ("grpc.so_reuseport", 0),  # a second server on the port must fail, not share it
            ),
        )
        job_pb2_grpc.add_JobServiceServicer_to_server(JobService(world, self._desk), self._server)
        media_pb2_grpc.add_MediaServiceServicer_to_server(
            MediaService(world, self._desk), self._server
        )
        if further is not None:
            further(self._server)
        bound = self._server.add_insecure_port(f"127.0.0.1:{port}")
        #: "host:port" it listens on.
        self.target = f"127.0.0.1:{bound}"
        self._server.start()

    def __enter__(self) -> FakeServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop now; calls under way are cancelled."""
        self._server.stop(grace=None).wait(_STOP_S)

    def refuse(self, method: str, *refusals: Refusal) -> None:
        """Refuse the next calls of a method ("SubmitJob"), one refusal each."""
        self._desk.refuse(method, refusals)

    def calls(self, method: str) -> list[Any]:
        """Return the requests of a method that have come so far, in order."""
        return self._desk.calls(method)
