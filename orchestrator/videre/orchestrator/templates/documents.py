"""Templates as they are stored and as they are worked with.

A document is a `TemplateDraft` in protobuf's JSON with the names of the fields as they stand in
the proto, without the id: what is stored, exported and compared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, TypeAlias

from google.protobuf.json_format import MessageToDict, ParseDict

from videre.orchestrator.moderation.template import (
    Category,
    Medium,
    ModerationTemplate,
    Rule,
    Unchecked,
    UnclearSpeech,
    UnlabeledSound,
)
from videre.orchestrator.review.model import ReviewPolicy, Severity
from videre.v1 import template_pb2 as pb

Document: TypeAlias = Mapping[str, Any]

_UNCHECKED: Final = {
    Unchecked.REVIEW: pb.UNCHECKED_POLICY_REVIEW,
    Unchecked.PASS: pb.UNCHECKED_POLICY_PASS,
}


class TemplateKind(StrEnum):
    """What a template is for."""

    ANALYSIS = "analysis"
    MODERATION = "moderation"
    PRODUCTION = "production"


def document_of(draft: pb.TemplateDraft) -> Document:
    """Return a draft as it is stored; rules without an id are given theirs."""
    whole = pb.TemplateDraft()
    whole.CopyFrom(draft)
    whole.ClearField("template_id")
    for rule in whole.moderation.rules if whole.HasField("moderation") else ():
        rule.rule_id = rule.rule_id or f"{rule.category}.{rule.medium}"
    document: Document = MessageToDict(whole, preserving_proto_field_name=True)
    return document


def draft_of(template_id: str, document: Document) -> pb.TemplateDraft:
    """Return a stored document as a draft."""
    draft = pb.TemplateDraft()
    draft.CopyFrom(_parsed(json.dumps(document)))
    draft.template_id = template_id
    return draft


@lru_cache(256)
def _parsed(document: str) -> pb.TemplateDraft:
    """Return a document as a draft; held, for every Submit reads those of its templates."""
    return ParseDict(json.loads(document), pb.TemplateDraft())


def moderation_of(
    draft: pb.TemplateDraft, *, version: int = 1, number: int = 0
) -> ModerationTemplate:
    """Return what moderation works with. The draft is one that was checked."""
    given = draft.moderation
    unclear = UnclearSpeech()
    return ModerationTemplate(
        template_id=draft.template_id,
        version=version,
        number=number,
        rules=tuple(_rule(rule) for rule in given.rules),
        unchecked=(
            Unchecked.PASS if given.unchecked == pb.UNCHECKED_POLICY_PASS else Unchecked.REVIEW
        ),
        merge_gap_ms=given.merge_gap_ms if given.HasField("merge_gap_ms") else 2_000,
        required=tuple(given.required_labels),
        allow_hash_lists=tuple(given.allow_hash_lists),
        allow_phrases=tuple(given.allow_phrases),
        unclear_speech=UnclearSpeech(
            ms=given.unclear_speech_ms if given.HasField("unclear_speech_ms") else unclear.ms,
            percent=(
                given.unclear_speech_percent
                if given.HasField("unclear_speech_percent")
                else unclear.percent
            ),
        ),
        unlabeled_sound=_unlabeled_sound(given),
    )


def _unlabeled_sound(given: pb.ModerationTemplate) -> UnlabeledSound | None:
    if not given.HasField("unlabeled_sound"):
        return None
    limits, usual = given.unlabeled_sound, UnlabeledSound()
    return UnlabeledSound(
        level_dbfs=limits.level_dbfs if limits.HasField("level_dbfs") else usual.level_dbfs,
        ms=limits.ms if limits.HasField("ms") else usual.ms,
        percent=limits.percent if limits.HasField("percent") else usual.percent,
    )


def review_policy_of(draft: pb.TemplateDraft) -> ReviewPolicy:
    """Return what of its verdicts people are asked about. The draft is one that was checked."""
    given = draft.moderation.review
    times = {severity: getattr(given, f"due_{severity.name.lower()}") for severity in Severity}
    return ReviewPolicy(
        blocked=given.blocked,
        due_ns={
            severity: times[severity].ToNanoseconds()
            for severity in Severity
            if given.HasField(f"due_{severity.name.lower()}")  # type: ignore[arg-type]
        },
    )


def _rule(given: pb.ModerationRule) -> Rule:
    return Rule(
        rule_id=given.rule_id or f"{given.category}.{given.medium}",
        category=Category(given.category),
        medium=Medium(given.medium),
        enabled=given.enabled,
        labels=tuple(given.labels),
        block=given.block_threshold if given.HasField("block_threshold") else None,
        review=given.review_threshold if given.HasField("review_threshold") else None,
        block_needs_second_medium=given.block_needs_second_medium,
        word_lists=tuple(given.word_lists),
        hash_lists=tuple(given.hash_lists),
        libraries=tuple(given.libraries),
    )


def moderation_message(template: ModerationTemplate) -> pb.ModerationTemplate:
    """Return a moderation template with all its numbers, the defaults too."""
    return pb.ModerationTemplate(
        rules=[
            pb.ModerationRule(
                rule_id=rule.rule_id,
                category=rule.category,
                medium=rule.medium,
                enabled=rule.enabled,
                labels=rule.labels,
                block_threshold=rule.block,
                review_threshold=rule.review,
                block_needs_second_medium=rule.block_needs_second_medium,
                word_lists=rule.word_lists,
                hash_lists=rule.hash_lists,
                libraries=rule.libraries,
            )
            for rule in template.rules
        ],
        unchecked=_UNCHECKED[template.unchecked],
        merge_gap_ms=template.merge_gap_ms,
        required_labels=template.required,
        allow_hash_lists=template.allow_hash_lists,
        allow_phrases=template.allow_phrases,
        unclear_speech_ms=template.unclear_speech.ms,
        unclear_speech_percent=template.unclear_speech.percent,
        unlabeled_sound=(
            None
            if template.unlabeled_sound is None
            else pb.UnlabeledSound(
                level_dbfs=template.unlabeled_sound.level_dbfs,
                ms=template.unlabeled_sound.ms,
                percent=template.unlabeled_sound.percent,
            )
        ),
    )
