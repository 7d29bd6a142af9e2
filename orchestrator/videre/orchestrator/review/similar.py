"""Which reviews are about the same as another one, so that one decision may serve both. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

#: Bits of 64 in which the hashes of two pictures that show the same differ at most.
MAX_DISTANCE: Final = 10


class Likeness(StrEnum):
    """Why a finding is about the same as another one; the surest first."""

    WORDS = "WORDS"
    PICTURE = "PICTURE"
    LABEL = "LABEL"
    UNSEEN = "UNSEEN"


class Compared(Protocol):
    """What is compared of a finding."""

    @property
    def index(self) -> int:
        """Place in its review."""

    @property
    def category(self) -> str:
        """Category."""

    @property
    def medium(self) -> str:
        """Medium."""

    @property
    def label(self) -> str:
        """Label."""

    @property
    def rule_id(self) -> str:
        """Rule of the template; "" where nobody looked."""

    @property
    def reason(self) -> str:
        """Why nothing was found; "" where something was."""

    @property
    def words(self) -> Sequence[str]:
        """Entries that matched, sorted."""

    @property
    def picture_digest(self) -> str:
        """Digest of its picture; "" where there is none."""

    @property
    def picture_hash(self) -> str:
        """Perceptual hash of its picture, 16 hex digits; "" where there is none."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A finding of one review that is about the same as one of another review."""

    finding: int
    of: int
    likeness: Likeness


def pairs(findings: Sequence[Compared], of: Sequence[Compared]) -> tuple[Pair, ...] | None:
    """Return for each finding one of another review that is about the same.

    None where a finding has none: a decision on the other review says nothing of it.
    """
    found: list[Pair] = []
    for one in findings:
        alike = [(other, why) for other in of if (why := likeness(one, other)) is not None]
        if not alike:
            return None
        best, why = min(alike, key=lambda item: (list(Likeness).index(item[1]), item[0].index))
        found.append(Pair(one.index, best.index, why))
    return tuple(found)


def likeness(one: Compared, other: Compared) -> Likeness | None:
    """Return why two findings are about the same; None where they are not.

    Both are of one rule. What has words or a picture is compared by them, all else by its label.
    """
    if (one.category, one.medium, one.rule_id) != (other.category, other.medium, other.rule_id):
        return None
    if one.reason or other.reason:
        return Likeness.UNSEEN if one.reason == other.reason else None
    if one.words or other.words:
        return Likeness.WORDS if list(one.words) == list(other.words) else None
    if one.label != other.label:
        return None
    if one.picture_digest or other.picture_digest:
        return Likeness.PICTURE if _same_picture(one, other) else None
    return Likeness.LABEL


def _same_picture(one: Compared, other: Compared) -> bool:
    if one.picture_digest == other.picture_digest:
        return True
    if not one.picture_hash or not other.picture_hash:
        return False
    apart = int(one.picture_hash, 16) ^ int(other.picture_hash, 16)
    return apart.bit_count() <= MAX_DISTANCE
