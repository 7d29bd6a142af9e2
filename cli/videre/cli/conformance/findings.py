"""What the checks found: one finding per check and engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a check ended."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check of one engine, or of the service as a whole.

    Args:
        feature: feature of the engine; "" for the service.
        engine: name of the engine; "" for the service.
        check: name of the check.
        outcome: how it ended.
        words: what breaks the contract, or why it was skipped; "" when all is well.
        seconds: how long it took.
    """

    feature: str
    engine: str
    check: str
    outcome: Outcome
    words: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Conformance:
    """Everything that was found at a target.

    Args:
        target: "host:port".
        service: what the service calls itself.
        findings: in the order of the checks.
    """

    target: str
    service: str
    findings: Sequence[Finding]

    @property
    def ok(self) -> bool:
        """Whether no check failed."""
        return all(finding.outcome is not Outcome.FAILED for finding in self.findings)


class Breach(Exception):
    """The contract is broken; the message says how."""


class NotChecked(Exception):
    """A check cannot be made; the message says why."""
