"""The calls about triggers, awaiting."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from videre.client import _triggers
from videre.client._flow import Context
from videre.client._transport import AsyncTransport
from videre.v1 import trigger_pb2 as pb


class AsyncTriggerCalls:
    """The awaiting calls about triggers; `videre.triggers` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: AsyncTransport) -> None:
        self._context, self._transport = context, transport

    async def set(self, trigger: pb.Trigger, *, etag: str = "", project_id: str = "") -> pb.Trigger:
        """Make a trigger, or a new version of it; return the latest version."""
        flow = _triggers.set_trigger(self._context, trigger, etag, project_id)
        return await self._transport.run(flow)

    async def get(
        self, trigger_id: str, version: int = 0, *, project_id: str = ""
    ) -> pb.GetTriggerResponse:
        """Return a trigger and how many files it knows."""
        flow = _triggers.get_trigger(self._context, trigger_id, version, project_id)
        return await self._transport.run(flow)

    async def list(self, *, project_id: str = "") -> Sequence[pb.Trigger]:
        """Return the triggers of a project by their ids."""
        return await self._transport.run(_triggers.list_triggers(self._context, project_id))

    async def pause(
        self, trigger_id: str, *, paused: bool = True, project_id: str = ""
    ) -> pb.Trigger:
        """Look no more, or again; return the trigger."""
        flow = _triggers.pause_trigger(self._context, trigger_id, project_id, paused=paused)
        return await self._transport.run(flow)

    async def delete(self, trigger_id: str, *, project_id: str = "") -> None:
        """Delete a trigger with what it remembers of files."""
        flow = _triggers.delete_trigger(self._context, trigger_id, project_id)
        await self._transport.run(flow)

    async def test(self, trigger: pb.Trigger, *, project_id: str = "") -> pb.TestTriggerResponse:
        """Tell which files a trigger would take now; nothing is submitted."""
        flow = _triggers.test_trigger(self._context, trigger, project_id)
        return await self._transport.run(flow)

    def files(
        self,
        trigger_id: str,
        state: pb.TriggerFileState.ValueType = pb.TRIGGER_FILE_STATE_UNSPECIFIED,
        *,
        project_id: str = "",
    ) -> AsyncIterator[pb.TriggerFile]:
        """Yield the files that a trigger knows, or those in a state."""
        flow = _triggers.list_files(self._context, trigger_id, state, project_id)
        return self._transport.iterate(flow)

    async def retry(
        self, trigger_id: str, numbers: Sequence[int] = (), *, project_id: str = ""
    ) -> int:
        """Submit files of the error box again, those with numbers or all; return how many."""
        flow = _triggers.retry_files(self._context, trigger_id, numbers, project_id)
        return await self._transport.run(flow)
