"""How one engine is asked: what a probe of a feature consists of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import grpc.aio

from videre.internal.v1 import engine_pb2

#: A message, or the messages of a stream.
Request: TypeAlias = Any
#: Asks a request and returns the answer.
Ask: TypeAlias = Callable[[Request], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Probe:
    """Requests for one engine, and what their answers must be.

    Args:
        engine: what its service says of it.
        method: the method of a channel.
        stream: whether the request is a stream.
        typical: a request that must be answered.
        judge: raises VidereError when an answer to a request breaks the contract.
        parts: asks for the same work whole and in parts; returns both answers, comparable.
        select: the typical request with another engine.
        over: requests beyond a limit, by what is too much.
        broken: requests that hold no input, by what is wrong; to be refused.
        odd: requests that are unusual; answered or refused.
    """

    engine: engine_pb2.EngineDescription
    method: Callable[[grpc.aio.Channel], Callable[..., Any]]
    stream: bool
    typical: Request
    judge: Callable[[Request, Any], None]
    parts: Callable[[Ask], Awaitable[tuple[Any, Any]]]
    select: Callable[[engine_pb2.EngineSelection], Request]
    over: Mapping[str, Request]
    broken: Mapping[str, Request]
    odd: Mapping[str, Request]


def pin(engine: engine_pb2.EngineDescription) -> engine_pb2.EngineSelection:
    """Return the selection of an engine as it describes itself."""
    return engine_pb2.EngineSelection(
        feature=engine.feature,
        name=engine.name,
        version=engine.version,
        model_digests=engine.model_digests,
    )
