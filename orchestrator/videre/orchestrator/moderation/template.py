"""Moderation templates: what is looked for, and from which score on it matters. Pure.

Thresholds are whole numbers 0..100 as people write them; they are compared as E4 integers, because
float32 .9 × 100 is 89.99…, which `>= 90` refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from videre.common.errors import invalid


class Medium(StrEnum):
    """Where something is found."""

    IMAGE = "image"
    SPEECH = "speech"
    TEXT = "text"
    SOUND = "sound"
    METADATA = "metadata"


#: Media that are matched by words.
WORD_MEDIA = frozenset({Medium.SPEECH, Medium.TEXT, Medium.METADATA})


class Category(StrEnum):
    """What is looked for."""

    PORN = "porn"
    TERRORISM = "terrorism"
    POLITICAL = "political"
    PROHIBITED = "prohibited"
    AD = "ad"
    CUSTOM = "custom"


class Unchecked(StrEnum):
    """What an enabled rule says where nobody looked."""

    REVIEW = "review"
    PASS = "pass"


@dataclass(frozen=True, slots=True)
class Rule:
    """Thresholds of one category in one medium.

    Args:
        rule_id: immutable id, such as "porn.image".
        category: what it looks for.
        medium: where.
        enabled: whether it is used.
        labels: labels it looks at; () = all of its category and medium.
        block: block from this confidence on, 0..100; None = never.
        review: review from this confidence on, 0..100; None = never.
        block_needs_second_medium: block only when another medium of the category also reaches its
            review threshold.
        word_lists: lists it uses, "id" or "id@version", for speech, text and metadata.
        hash_lists: ids of own libraries of hashes that block, for images.
        libraries: the project's libraries it looks in, "id" or "id@version": of words for these
            media, of persons and pictures for pictures.
    """

    rule_id: str
    category: Category
    medium: Medium
    enabled: bool = True
    labels: tuple[str, ...] = ()
    block: int | None = None
    review: int | None = None
    block_needs_second_medium: bool = False
    word_lists: tuple[str, ...] = ()
    hash_lists: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnclearSpeech:
    """Speech rules ask for a person when more speech than this was not understood.

    Args:
        ms: most milliseconds, 0..3,600,000.
        percent: most of all speech, 0..100.
    """

    ms: int = 3_000
    percent: int = 10


@dataclass(frozen=True, slots=True)
class UnlabeledSound:
    """Sound rules ask for a person when more loud sound than this is neither speech nor named.

    Args:
        level_dbfs: level from which sound is loud, dB of full scale, -60..0.
        ms: most milliseconds, 0..3,600,000.
        percent: and most of all loud sound, 0..100.
    """

    level_dbfs: int = -30
    ms: int = 10_000
    percent: int = 20


@dataclass(frozen=True, slots=True)
class ModerationTemplate:
    """A version of a moderation template.

    Args:
        template_id: id, such as "careful".
        version: 1 upwards.
        rules: one per category and medium.
        unchecked: what to say where nobody looked.
        merge_gap_ms: hits of one label closer than this merge, 0..60,000.
        required: labels that must have been looked at, "category/medium/label".
        number: number beside the id for vendors' clients; 0 = none.
        unclear_speech: how much speech may stay without words.
        unlabeled_sound: how much loud sound may stay without a name; None = however much.
        allow_hash_lists: ids of own libraries of hashes: what is on them passes.
        allow_phrases: harmless phrases: a listed word inside one of them counts for no rule.
    """

    template_id: str
    version: int
    rules: tuple[Rule, ...]
    unchecked: Unchecked = Unchecked.REVIEW
    merge_gap_ms: int = 2_000
    required: tuple[str, ...] = ()
    number: int = 0
    unclear_speech: UnclearSpeech = UnclearSpeech()
    unlabeled_sound: UnlabeledSound | None = None
    allow_hash_lists: tuple[str, ...] = ()
    allow_phrases: tuple[str, ...] = ()

    @property
    def lists(self) -> frozenset[str]:
        """Ids of all hash lists that it names in rules that are enabled, or allows by."""
        blocking = (name for rule in self.rules if rule.enabled for name in rule.hash_lists)
        return frozenset((*blocking, *self.allow_hash_lists))

    @property
    def libraries(self) -> frozenset[str]:
        """Ids of the libraries that enabled rules look in as they are today."""
        named = (name for rule in self.rules if rule.enabled for name in rule.libraries)
        return frozenset(name for name in named if "@" not in name)

    @property
    def name(self) -> str:
        """ "id@version"."""
        return f"{self.template_id}@{self.version}"


def validate(template: ModerationTemplate) -> None:
    """Check a template's ranges.

    Raises:
        VidereError: FIELD_INVALID with the field, its limit and what it has.
    """
    if not 0 <= template.merge_gap_ms <= 60_000:
        raise invalid(
            "merge_gap_ms", "out of range", limit="0..60000", actual=str(template.merge_gap_ms)
        )
    seen: set[tuple[Category, Medium]] = set()
    for index, rule in enumerate(template.rules):
        for name, value in (("block_threshold", rule.block), ("review_threshold", rule.review)):
            if value is not None and not 0 <= value <= 100:
                raise invalid(
                    f"rules[{index}].{name}", "out of range", limit="0..100", actual=str(value)
                )
        if (rule.category, rule.medium) in seen:
            raise invalid(f"rules[{index}]", f"a second rule for {rule.category}/{rule.medium}")
        seen.add((rule.category, rule.medium))
        if rule.word_lists and rule.medium not in WORD_MEDIA:
            raise invalid(f"rules[{index}].word_lists", f"{rule.medium} has no words")
        if rule.hash_lists and rule.medium is not Medium.IMAGE:
            raise invalid(f"rules[{index}].hash_lists", f"{rule.medium} has no pictures")
