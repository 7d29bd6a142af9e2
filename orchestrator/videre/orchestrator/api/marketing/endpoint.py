"""The chat endpoint of the installation: asked through the egress guard, never believed."""

from __future__ import annotations

import asyncio
from typing import Final

from videre.common.egress import Egress, EgressPolicy
from videre.orchestrator.marketing.chat import MAX_ANSWER, draft_of, request_of
from videre.orchestrator.marketing.model import Draft, Plan
from videre.orchestrator.settings import OrchestratorSettings

#: Copies that are written at the same time.
_AT_ONCE: Final = 4


class ChatEndpoint:
    """Asks an OpenAI-compatible endpoint for copy."""

    def __init__(self, url: str, settings: OrchestratorSettings) -> None:
        """Take where it is; nothing is asked yet.

        The operator has named the address: it may be on this machine, or in its network.
        """
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._model, self._timeout_s = settings.chat_model, settings.chat_timeout
        self._headers = {"Content-Type": "application/json"}
        if settings.chat_key is not None:
            self._headers["Authorization"] = f"Bearer {settings.chat_key.get_secret_value()}"
        self._egress = Egress(EgressPolicy.trusted())
        self._free = asyncio.Semaphore(_AT_ONCE)

    @property
    def engine(self) -> str:
        """What its words are marked with."""
        return f"chat/{self._model}"

    async def draft(self, plan: Plan) -> Draft:
        """Return what it writes of a plan.

        Raises:
            VidereError: there was no answer in time, or no success.
            ChatError: the answer is none.
        """
        async with self._free:
            answer = await self._egress.ask(
                self._url,
                request_of(plan, self._model),
                self._headers,
                max_bytes=MAX_ANSWER,
                timeout_s=self._timeout_s,
            )
        return draft_of(answer, self.engine)


def endpoint_of(settings: OrchestratorSettings) -> ChatEndpoint | None:
    """Return the endpoint of the settings; None where they name none."""
    return None if settings.chat_url is None else ChatEndpoint(settings.chat_url, settings)
