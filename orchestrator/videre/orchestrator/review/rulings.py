"""What a decision says of every finding, and what people advise then. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from videre.common.errors import invalid
from videre.orchestrator.document import Suggestion
from videre.orchestrator.review.model import ADVICE, Cause, Outcome, Ruling, Said


class Placed(Protocol):
    """What a ruling looks at of a finding."""

    @property
    def index(self) -> int:
        """Place in the review."""

    @property
    def category(self) -> str:
        """Category."""

    @property
    def medium(self) -> str:
        """Medium."""


def ruled(
    findings: Sequence[Placed],
    outcome: Outcome | None,
    cause: Cause | None,
    rulings: Sequence[Ruling],
) -> Mapping[int, Said]:
    """Return what is said of each finding: by the last ruling that names it, else by the whole.

    Args:
        outcome: of all that no ruling names; None = the rulings name all.
        cause: why; None without an outcome.

    Raises:
        VidereError: FIELD_INVALID, a ruling names nothing, or a finding stays without one.
    """
    said: dict[int, Said] = {}
    if outcome is not None and cause is not None:
        said = {one.index: Said(outcome, cause) for one in findings}
    for number, ruling in enumerate(rulings):
        named = [one.index for one in findings if _names(ruling, one)]
        if not named:
            raise invalid(
                f"rulings[{number}]", "names no finding", limit=_offered(findings),
                actual=_called(ruling),
            )  # fmt: skip
        said |= {index: Said(ruling.outcome, ruling.cause) for index in named}
    open_ones = [one for one in findings if one.index not in said]
    if open_ones:
        first = open_ones[0]
        raise invalid(
            "rulings",
            f"say nothing of finding {first.index}; give an outcome for all others",
            limit="every finding",
            actual=f"{first.index}: {first.category}/{first.medium}",
        )
    return said


def advised(said: Iterable[Said]) -> Suggestion:
    """Return what people advise: the worst of what they say of the findings; PASS of none."""
    advice = (ADVICE[one.outcome] for one in said)
    return max(advice, key=lambda one: one.severity, default=Suggestion.PASS)


def _names(ruling: Ruling, finding: Placed) -> bool:
    if ruling.finding is not None:
        return ruling.finding == finding.index
    return ruling.category == finding.category and ruling.medium in ("", finding.medium)


def _offered(findings: Sequence[Placed]) -> str:
    groups = dict.fromkeys(f"{one.category}/{one.medium}" for one in findings)
    return f"0..{len(findings) - 1}, {', '.join(groups)}"


def _called(ruling: Ruling) -> str:
    if ruling.finding is not None:
        return str(ruling.finding)
    return f"{ruling.category}/{ruling.medium}".removesuffix("/")
