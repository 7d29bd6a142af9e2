"""A gRPC proxy between the orchestrator and a service that can be slow, hang, fail and lie."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import grpc
from lies import ANSWERS, Lie

from videre.common.errors import VidereError
from videre.common.wire_errors import to_status

_WORKERS: Final = 32
_MESSAGE_BYTES: Final = 16 << 20
_OPTIONS: Final = [
    ("grpc.max_receive_message_length", _MESSAGE_BYTES),
    ("grpc.max_send_message_length", _MESSAGE_BYTES),
]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What befalls calls on their way.

    Args:
        slow_s: pause before each answer.
        hang: no answer comes until the caller gives up.
        error: status or refusal in place of the answer.
        cut: the answer's bytes end in the middle.
        lies: changes of true answers.
        times: how many calls of a method meet it; None = all.
        described: whether DescribeEngines meets it too.
    """

    slow_s: float = 0.0
    hang: bool = False
    error: grpc.StatusCode | VidereError | None = None
    cut: bool = False
    lies: tuple[Lie, ...] = ()
    times: int | None = None
    described: bool = False


class Proxy(grpc.GenericRpcHandler):
    """Passes every call on, in the trouble that is set at the time."""

    def __init__(self) -> None:
        self.trouble = Trouble()
        self.met = 0
        self._lock = threading.Lock()
        self._counts: dict[str, int] = {}
        self._closing = threading.Event()
        self._upstream: grpc.Channel | None = None
        self._server = grpc.server(ThreadPoolExecutor(_WORKERS), options=_OPTIONS)
        self._server.add_generic_rpc_handlers([self])
        self.target = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"

    def start(self, upstream: str) -> None:
        """Begin to pass calls on."""
        self._upstream = grpc.insecure_channel(upstream, options=_OPTIONS)
        self._server.start()

    def set(self, trouble: Trouble) -> None:
        """Change what befalls calls from now on."""
        with self._lock:
            self.trouble, self.met, self._counts = trouble, 0, {}

    def close(self) -> None:
        """End all calls."""
        self._closing.set()
        self._server.stop(grace=None).wait()
        if self._upstream is not None:
            self._upstream.close()

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        """See the base class. Any kind of call can be handled as one of two streams."""
        method = details.method

        def handle(requests: Iterator[bytes], context: Any) -> Iterator[bytes]:
            return self._pass_on(method, requests, context)

        return grpc.stream_stream_rpc_method_handler(handle)

    def _pass_on(self, method: str, requests: Iterator[bytes], context: Any) -> Iterator[bytes]:
        assert self._upstream is not None
        trouble = self._trouble_of(method.rpartition("/")[2])
        if trouble.hang:
            self._wait_until_given_up(context)
        if isinstance(trouble.error, VidereError):
            context.abort_with_status(to_status(trouble.error))
        if trouble.error is not None:
            context.abort(trouble.error, "trouble on the way")
        call = self._upstream.stream_stream(method)(requests, timeout=context.time_remaining())
        context.add_callback(call.cancel)
        try:
            for answer in call:
                self._closing.wait(trouble.slow_s)
                yield _changed(method.rpartition("/")[2], answer, trouble)
        except grpc.RpcError:  # the call itself is the error
            context.set_trailing_metadata(call.trailing_metadata() or ())
            context.abort(call.code(), call.details())

    def _trouble_of(self, method: str) -> Trouble:
        """Return what befalls this call, and count it."""
        with self._lock:
            trouble = self.trouble
            calm = method not in ANSWERS or (method == "DescribeEngines" and not trouble.described)
            if calm:
                return Trouble()
            self._counts[method] = self._counts.get(method, 0) + 1
            if trouble.times is not None and self._counts[method] > trouble.times:
                return Trouble()
            self.met += 1
            return trouble

    def _wait_until_given_up(self, context: Any) -> None:
        given_up = threading.Event()
        if context.add_callback(given_up.set):
            while not given_up.wait(0.1) and not self._closing.is_set():
                pass
        context.abort(grpc.StatusCode.CANCELLED, "given up")


def _changed(method: str, answer: bytes, trouble: Trouble) -> bytes:
    if trouble.cut and len(answer) > 1:
        return answer[:-1]
    tellings: list[Callable[[Any], Any]] = [
        lie.tell for lie in trouble.lies if lie.method == method
    ]
    if not tellings:
        return answer
    message: Any = ANSWERS[method].FromString(answer)
    for tell in tellings:
        try:
            tell(message)
        except IndexError:  # this answer has nothing that the lie is about
            continue
    return bytes(message.SerializeToString())
