"""A link of the chain of a project's verdicts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from videre.exports.chain import read_facts


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is stored.

    Args:
        number: place in the project's chain, 1 upwards.
        media_id: of the facts, to be looked up by.
        revision: of the facts.
        facts: canonical JSON.
        digest: the link's own.
    """

    number: int
    media_id: str
    revision: int
    facts: str
    digest: str

    def said(self) -> Mapping[str, Any]:
        """Return the facts.

        Raises:
            ValueError: they are no JSON object.
        """
        return read_facts(self.facts)

    def place(self) -> Mapping[str, Any]:
        """Return what stands beside the facts."""
        return {"media": self.media_id, "revision": self.revision}
