"""Reviews as values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final

from videre.common.values import NS
from videre.orchestrator.document import Suggestion

#: Shortest and longest lease, and the one of who names none.
SHORTEST_LEASE_S: Final = 10
LONGEST_LEASE_S: Final = 8 * 3_600
DEFAULT_LEASE_S: Final = 15 * 60
#: Most findings of one review: a book in which every word is listed has millions.
MAX_FINDINGS: Final = 1_000


class Severity(IntEnum):
    """How urgent a review is; the numbers are stored."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


class ReviewState(StrEnum):
    """State of a review, as it is stored; an OPEN one with a lease is shown as claimed."""

    OPEN = "OPEN"
    DECIDED = "DECIDED"
    SUPERSEDED = "SUPERSEDED"


class Outcome(StrEnum):
    """What a reviewer says."""

    UPHOLD = "UPHOLD"
    OVERTURN = "OVERTURN"
    ESCALATE = "ESCALATE"


class Cause(StrEnum):
    """Why a reviewer says so."""

    VIOLATION = "VIOLATION"
    FALSE_POSITIVE = "FALSE_POSITIVE"
    CONTEXT = "CONTEXT"
    CLEAN = "CLEAN"
    RULES_UNCLEAR = "RULES_UNCLEAR"
    SECOND_OPINION = "SECOND_OPINION"
    OTHER = "OTHER"


#: Which causes an outcome may have.
CAUSES: Final[Mapping[Outcome, frozenset[Cause]]] = {
    Outcome.UPHOLD: frozenset({Cause.VIOLATION, Cause.OTHER}),
    Outcome.OVERTURN: frozenset({Cause.FALSE_POSITIVE, Cause.CONTEXT, Cause.CLEAN, Cause.OTHER}),
    Outcome.ESCALATE: frozenset({Cause.RULES_UNCLEAR, Cause.SECOND_OPINION, Cause.OTHER}),
}
#: What people advise who say so of a finding.
ADVICE: Final[Mapping[Outcome, Suggestion]] = {
    Outcome.UPHOLD: Suggestion.BLOCK,
    Outcome.OVERTURN: Suggestion.PASS,
}


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """What of a verdict people are asked about, and until when.

    Args:
        blocked: also of what should be blocked.
        due_ns: longest time to a decision, by severity, where the template says one.
    """

    blocked: bool = False
    due_ns: Mapping[Severity, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that people are asked about.

    Args:
        index: its place in the review.
        group: place of its category and medium in the verdict.
        segment: place of its segment in the group; None where nobody looked.
        rule_id: rule of the template; "" where nobody looked.
        reason: why nothing was found; "" where something was.
        words: entries that matched, as "list:entry", the list without its version.
        picture: digest of the picture that shows it; "" where there is none.
    """

    index: int
    group: int
    segment: int | None
    category: str
    medium: str
    label: str
    rule_id: str
    reason: str
    suggestion: Suggestion
    score: int
    words: tuple[str, ...] = ()
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a reviewer says of some findings.

    Args:
        finding: place of the finding; None = all of category and medium.
        category: of the findings; "" where one is named.
        medium: of the findings; "" = each of the category.
        note: the reviewer's words.
    """

    finding: int | None
    category: str
    medium: str
    outcome: Outcome
    cause: Cause
    note: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one finding."""

    outcome: Outcome
    cause: Cause


def seconds(value: float) -> int:
    """Return seconds as nanoseconds."""
    return round(value * NS)
