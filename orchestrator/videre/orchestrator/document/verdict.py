"""What moderation advises of a media, why, and whether somebody looked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from videre.common.values import TimeSpan
from videre.orchestrator.document.refs import EvidenceRef


class Suggestion(StrEnum):
    """What a verdict advises."""

    PASS = "pass"
    REVIEW = "review"
    BLOCK = "block"

    @property
    def severity(self) -> int:
        """0 for PASS, 1 for REVIEW, 2 for BLOCK."""
        return list(Suggestion).index(self)


class Coverage(StrEnum):
    """Whether somebody looked."""

    CHECKED = "checked"
    NOT_CHECKED = "not_checked"
    FAILED = "failed"
    NO_TRACK = "no_track"


@dataclass(frozen=True, slots=True)
class LabelCoverage:
    """Whether one label was looked at; the label is "" for media that are matched by words."""

    label: str
    state: Coverage
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WordHit:
    """A listed word in a text.

    Args:
        entry: the word, or the name of the pattern, that matched.
        word_list: its list, "id@version".
        text: what stands there.
        start: its first character in the original text.
        end: the character after the last one.
        folds: the differences that were folded away; () where the text is the entry itself.
        category: of the entry, else of its list.
        language: the same, BCP 47; "" = any.
        weight: confidence 0..100 that the entry stands for.
        span: when the word is said, else when the text is said or seen; None in old answers.
    """

    entry: str
    word_list: str
    text: str
    start: int
    end: int
    folds: tuple[str, ...] = ()
    category: str = ""
    language: str = ""
    weight: int = 0
    span: TimeSpan | None = None


@dataclass(frozen=True, slots=True)
class HashHit:
    """A frame, or the media by its bytes, that is an entry of a hash list.

    Args:
        library: the list, "id@version".
        entry_id: the entry.
        exact: it is the media's bytes, by their SHA-256.
        distance: differing bits of the perceptual hashes.
        max_distance: most that the entry lets differ.
        frame: frame index; -1 of bytes.
    """

    library: str
    entry_id: str
    exact: bool = False
    distance: int = 0
    max_distance: int = 0
    frame: int = -1


@dataclass(frozen=True, slots=True)
class VerdictSegment:
    """One stretch that reaches a threshold, with the rule that fired."""

    span: TimeSpan
    suggestion: Suggestion
    score: int
    label: str
    rule_id: str
    threshold: int
    word_hits: tuple[WordHit, ...] = ()
    evidence: tuple[EvidenceRef, ...] = ()
    picture: str = ""
    blurred_picture: str = ""
    hash_hits: tuple[HashHit, ...] = ()


@dataclass(frozen=True, slots=True)
class VerdictGroup:
    """What was found of one category in one medium."""

    category: str
    medium: str
    suggestion: Suggestion
    score: int
    label: str
    reason: str
    segments: tuple[VerdictSegment, ...]
    coverage: tuple[LabelCoverage, ...]


class GivenKind(StrEnum):
    """What is given with a media beside its bytes."""

    TITLE = "title"
    DESCRIPTION = "description"
    TAG = "tag"
    COMMENT = "comment"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    """The verdict on one thing that was given with the media.

    Args:
        kind: what it is.
        given_id: which of its kind; "" where there is one only.
        suggestion: worst of the groups; PASS where nothing was found.
        groups: those in which something was found; characters of words are those of this text.
            Of a cover all that were looked for.
        span: when, of a comment with a time.
    """

    kind: GivenKind
    given_id: str
    suggestion: Suggestion
    groups: tuple[VerdictGroup, ...] = ()
    span: TimeSpan | None = None


@dataclass(frozen=True, slots=True)
class GivenCoverage:
    """Whether one kind of what was given was looked at.

    Args:
        kind: what was given.
        count: how many.
        state: CHECKED or NOT_CHECKED.
        reason: why not.
        categories: those whose rules looked.
    """

    kind: GivenKind
    count: int
    state: Coverage
    reason: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of one moderation template ("id@version").

    Args:
        suggestion: worst of the groups and of what was given.
        template: "id@version".
        groups: per rule, in the order of the template.
        coverage_complete: everything that is enabled was looked at.
        given: of everything that was given with the media and looked at.
        given_coverage: of every kind that was given.
        allowed: what hash lists allow, nearest first, at most 20.
        libraries: the project's libraries that rules name, "id@version", sorted.
    """

    suggestion: Suggestion
    template: str
    groups: tuple[VerdictGroup, ...]
    coverage_complete: bool
    given: tuple[GivenVerdict, ...] = ()
    given_coverage: tuple[GivenCoverage, ...] = ()
    allowed: tuple[HashHit, ...] = ()
    libraries: tuple[str, ...] = ()
