"""A channel over replicas that come and go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

import grpc.aio
import structlog

log = structlog.get_logger(__name__)

#: How long calls that are under way may go on over a channel that was replaced, seconds.
GRACE_S: Final = 600.0
#: Nobody listens there: calls fail with UNAVAILABLE at once.
NOBODY: Final = "unix:///nonexistent/videre"


class FollowedChannel(grpc.aio.Channel):
    """A channel that is replaced when the replicas change; calls under way end on the old one."""

    def __init__(self, over: Callable[[tuple[str, ...]], grpc.aio.Channel]) -> None:
        """Begin without replicas, on the running loop.

        Args:
            over: makes a channel over replicas, or over `NOBODY`.
        """
        self._over = over
        self._current = over((NOBODY,))
        self._closing: set[asyncio.Task[None]] = set()
        self._following: asyncio.Task[None] | None = None

    def follow(self, follow: Callable[[Callable[[tuple[str, ...]], None]], Any]) -> None:
        """Follow the replicas until the channel is closed; `follow` is given what is to be told."""
        self._following = asyncio.create_task(follow(self.replace), name="replicas")

    def replace(self, endpoints: tuple[str, ...]) -> None:
        """Go on over other replicas; () = there are none."""
        old, self._current = self._current, self._over(endpoints or (NOBODY,))
        log.info("replicas", endpoints=list(endpoints))
        task = asyncio.create_task(old.close(GRACE_S), name="old channel")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self, grace: float | None = None) -> None:
        """See the base class."""
        tasks = [*self._closing]
        if self._following is not None:
            tasks.append(self._following)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self._current.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        """See the base class."""
        return self._current.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        """See the base class."""
        await self._current.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        """See the base class."""
        await self._current.channel_ready()

    def unary_unary(self, *args: Any, **kwargs: Any) -> Any:
        """See the base class."""
        return self._current.unary_unary(*args, **kwargs)

    def unary_stream(self, *args: Any, **kwargs: Any) -> Any:
        """See the base class."""
        return self._current.unary_stream(*args, **kwargs)

    def stream_unary(self, *args: Any, **kwargs: Any) -> Any:
        """See the base class."""
        return self._current.stream_unary(*args, **kwargs)

    def stream_stream(self, *args: Any, **kwargs: Any) -> Any:
        """See the base class."""
        return self._current.stream_stream(*args, **kwargs)

    async def __aenter__(self) -> FollowedChannel:
        """See the base class."""
        return self

    async def __aexit__(self, *_ended: object) -> None:
        """See the base class."""
        await self.close()
