"""The limits of requests about templates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from videre.common.errors import VidereError, invalid
from videre.common.values import NS
from videre.orchestrator.api.name_checks import check_names, check_word
from videre.orchestrator.api.request import duration_ns
from videre.orchestrator.api.validation import (
    Violations,
    check_interval,
    check_pin_list,
    check_tasks,
)
from videre.orchestrator.features import BY_NAME
from videre.orchestrator.moderation.coverage import check_required
from videre.orchestrator.moderation.folds import plain
from videre.orchestrator.moderation.label_table import label_table
from videre.orchestrator.moderation.template import WORD_MEDIA, Category, Medium
from videre.orchestrator.review.phrases import MAX_PHRASE
from videre.orchestrator.templates.documents import Document, draft_of, moderation_of
from videre.v1 import template_pb2 as pb

#: Ids are not of digits alone, which are numbers.
TEMPLATE_ID: Final = re.compile(r"(?![0-9]+$)[a-z0-9][a-z0-9_-]{0,62}")
_RULE_ID: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_LIBRARY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}(@[1-9][0-9]{0,17})?")
_NAME_LIMIT: Final = "id, number or id@version"
_KINDS: Final = "analysis, moderation, production"
#: One per category and medium.
_MOST_RULES: Final = len(Category) * len(Medium)
_MOST_WORDS: Final = 100
MAX_PHRASES: Final = 1_000
#: Lists of hashes that are looked up; every rule may name `_MOST_WORDS`.
_MOST_LISTS: Final = (_MOST_RULES + 1) * _MOST_WORDS


def check_name(found: Violations, field: str, name: str) -> None:
    """Record a violation where no template is named."""
    if not name:
        found.add(field, "is empty", _NAME_LIMIT, "")


def check_draft(
    draft: pb.TemplateDraft,
    word_lists: Collection[str],
    field: str,
    hash_lists: Collection[str] = (),
) -> None:
    """Check everything about a template but whether there is another.

    Args:
        word_lists: those there are, by "id" and "id@version".
        field: of the request.
        hash_lists: ids of the project's libraries of hashes, of those that are named at least.

    Raises:
        VidereError: FIELD_INVALID, FUNCTION_UNIMPLEMENTED.
    """
    found = Violations()
    found.pattern(f"{field}.template_id", draft.template_id, TEMPLATE_ID)
    check_names(found, f"{field}.names", draft.names)
    found.size(f"{field}.description", draft.description, 1_024)
    kind = draft.WhichOneof("parameters")
    match kind:
        case "analysis":
            _check_analysis(found, f"{field}.analysis", draft.analysis)
        case "moderation":
            _check_moderation(found, f"{field}.moderation", draft.moderation, word_lists)
            _check_hash_lists(found, f"{field}.moderation", draft.moderation, hash_lists)
        case "production":
            _check_production(found, f"{field}.production", draft.production)
        case None:
            found.add(f"{field}.parameters", "are not given", _KINDS, "none")
    found.raise_if_any()
    if kind == "moderation":
        _check_required(draft, f"{field}.moderation")


def _check_analysis(found: Violations, field: str, given: pb.AnalysisTemplate) -> None:
    for index, name in enumerate(given.features):
        if name not in BY_NAME:
            limit = ", ".join(sorted(BY_NAME))
            found.add(f"{field}.features[{index}]", "is no feature of this release", limit, name)
    check_pin_list(found, f"{field}.engine_pins", given.engine_pins)
    if given.HasField("sample_interval"):
        check_interval(found, f"{field}.sample_interval", given.sample_interval)
    if given.HasField("min_label_confidence"):
        found.number(f"{field}.min_label_confidence", given.min_label_confidence, 0, 1)


def _check_production(found: Violations, field: str, given: pb.ProductionTemplate) -> None:
    if not given.tasks:
        found.add(f"{field}.tasks", "is empty", "1..32", "0")
    check_tasks(found, f"{field}.tasks", given.tasks)


def _check_moderation(
    found: Violations, field: str, given: pb.ModerationTemplate, word_lists: Collection[str]
) -> None:
    if not 1 <= len(given.rules) <= _MOST_RULES:
        limit = f"1..{_MOST_RULES}"
        found.add(f"{field}.rules", f"must be {limit}", limit, len(given.rules))
    for index, rule in enumerate(given.rules):
        _check_rule(found, f"{field}.rules[{index}]", rule, word_lists)
    places = [f"{rule.category}/{rule.medium}" for rule in given.rules]
    _check_once(found, f"{field}.rules", "category and medium", places)
    ids = [rule.rule_id for rule in given.rules if rule.rule_id]
    _check_once(found, f"{field}.rules", "rule_id", ids)
    if given.unchecked not in pb.UncheckedPolicy.values():
        limit = ", ".join(pb.UncheckedPolicy.keys()[1:])
        found.add(f"{field}.unchecked", "is no policy", limit, given.unchecked)
    if given.HasField("merge_gap_ms"):
        found.number(f"{field}.merge_gap_ms", given.merge_gap_ms, 0, 60_000)
    if given.HasField("unclear_speech_ms"):
        found.number(f"{field}.unclear_speech_ms", given.unclear_speech_ms, 0, 3_600_000)
    if given.HasField("unclear_speech_percent"):
        found.number(f"{field}.unclear_speech_percent", given.unclear_speech_percent, 0, 100)
    if given.HasField("unlabeled_sound"):
        _check_unlabeled_sound(found, f"{field}.unlabeled_sound", given.unlabeled_sound)
    if given.HasField("sample_interval"):
        check_interval(found, f"{field}.sample_interval", given.sample_interval)
    _check_review(found, f"{field}.review", given.review)
    check_phrases(found, f"{field}.allow_phrases", given.allow_phrases)
    check_pin_list(found, f"{field}.engine_pins", given.engine_pins)
    found.count(f"{field}.required_labels", len(given.required_labels), _MOST_WORDS)


def _check_unlabeled_sound(found: Violations, field: str, given: pb.UnlabeledSound) -> None:
    if given.HasField("level_dbfs"):
        found.number(f"{field}.level_dbfs", given.level_dbfs, -60, 0)
    if given.HasField("ms"):
        found.number(f"{field}.ms", given.ms, 0, 3_600_000)
    if given.HasField("percent"):
        found.number(f"{field}.percent", given.percent, 0, 100)


def check_phrases(found: Violations, field: str, phrases: Sequence[str]) -> None:
    """Check harmless phrases."""
    found.count(field, len(phrases), MAX_PHRASES)
    for index, phrase in enumerate(phrases):
        found.size(f"{field}[{index}]", phrase, MAX_PHRASE)
        if not plain(phrase).text:
            found.add(f"{field}[{index}]", "has no letters", "a letter or digit", phrase)


def _check_review(found: Violations, field: str, given: pb.ReviewOptions) -> None:
    for name, time in given.ListFields():
        if name.message_type is not None:
            found.number(f"{field}.{name.name}", duration_ns(time) / NS, 60, 30 * 86_400)


def _check_rule(
    found: Violations, field: str, rule: pb.ModerationRule, word_lists: Collection[str]
) -> None:
    if rule.rule_id:
        found.pattern(f"{field}.rule_id", rule.rule_id, _RULE_ID)
    check_names(found, f"{field}.names", rule.names)
    for name, known in (("category", tuple(Category)), ("medium", tuple(Medium))):
        if getattr(rule, name) not in known:
            found.add(f"{field}.{name}", "is unknown", ", ".join(known), getattr(rule, name))
    if rule.HasField("block_threshold"):
        found.number(f"{field}.block_threshold", rule.block_threshold, 0, 100)
    if rule.HasField("review_threshold"):
        found.number(f"{field}.review_threshold", rule.review_threshold, 0, 100)
    both = rule.HasField("block_threshold") and rule.HasField("review_threshold")
    if both and rule.review_threshold > rule.block_threshold:
        limit, actual = f"<= {rule.block_threshold}", rule.review_threshold
        found.add(f"{field}.review_threshold", "is above block_threshold", limit, actual)
    if rule.block_needs_second_medium and not rule.HasField("block_threshold"):
        found.add(f"{field}.block_needs_second_medium", "needs block_threshold", "false", "true")
    _check_labels(found, f"{field}.labels", rule)
    _check_libraries(found, f"{field}.libraries", rule)
    found.count(f"{field}.word_lists", len(rule.word_lists), _MOST_WORDS)
    for index, name in enumerate(rule.word_lists):
        where = f"{field}.word_lists[{index}]"
        if rule.medium not in WORD_MEDIA:
            found.add(where, "are for words", ", ".join(sorted(WORD_MEDIA)), rule.medium)
        elif name not in word_lists:
            limit = ", ".join(sorted(known for known in word_lists if "@" not in known))
            found.add(where, "is no word list", limit, name)


def named_hash_lists(draft: pb.TemplateDraft) -> list[str]:
    """Return the libraries that a template names as lists of hashes."""
    given = draft.moderation
    names = {name for rule in given.rules for name in rule.hash_lists} | {*given.allow_hash_lists}
    return sorted(names)[:_MOST_LISTS]


def _check_hash_lists(
    found: Violations, field: str, given: pb.ModerationTemplate, known: Collection[str]
) -> None:
    named = [(f"{field}.allow_hash_lists", given.allow_hash_lists)]
    for index, rule in enumerate(given.rules):
        where = f"{field}.rules[{index}].hash_lists"
        named.append((where, rule.hash_lists))
        if rule.hash_lists and rule.medium != Medium.IMAGE:
            found.add(where, "are for pictures", Medium.IMAGE, rule.medium)
    for where, names in named:
        found.count(where, len(names), _MOST_WORDS)
        for index, name in enumerate(names):
            if name not in known:
                limit = "id of a library of hashes"
                found.add(f"{where}[{index}]", "is no library of hashes", limit, name)
        _check_once(found, where, "library", list(names))


def _check_libraries(found: Violations, field: str, rule: pb.ModerationRule) -> None:
    """Check how a rule names libraries; whether they are there is not looked up."""
    found.count(field, len(rule.libraries), _MOST_WORDS)
    for index, name in enumerate(rule.libraries):
        found.pattern(f"{field}[{index}]", name, _LIBRARY)
    if rule.libraries and rule.medium == Medium.SOUND:
        found.add(field, "have no sounds", "image, speech, text, metadata", rule.medium)
    _check_once(found, field, "library", [name.partition("@")[0] for name in rule.libraries])


def _check_labels(found: Violations, field: str, rule: pb.ModerationRule) -> None:
    found.count(field, len(rule.labels), _MOST_WORDS)
    known: Sequence[str] = ()
    if rule.category in tuple(Category) and rule.medium in tuple(Medium):
        known = label_table().known(Category(rule.category), Medium(rule.medium))
    for index, label in enumerate(rule.labels):
        check_word(found, f"{field}[{index}]", label)
        if known and label not in known:
            found.add(f"{field}[{index}]", "is no label", ", ".join(known), label)


def _check_once(found: Violations, field: str, what: str, values: Sequence[str]) -> None:
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        found.add(field, f"has a {what} twice", f"unique {what}", twice[0])


def _check_required(draft: pb.TemplateDraft, field: str) -> None:
    try:
        check_required(moderation_of(draft))
    except VidereError as error:
        (violation,) = error.violations
        raise invalid(
            f"{field}.{violation.field}",
            violation.description,
            limit="category/medium/label of an enabled rule",
            actual=violation.actual,
        ) from None


def check_rule_ids(
    template_id: str, draft: pb.TemplateDraft, earlier: Sequence[Document], field: str
) -> None:
    """Refuse another kind, and rules whose id meant another category or medium before.

    Raises:
        VidereError: FIELD_INVALID.
    """
    kind = draft.WhichOneof("parameters")
    meant: dict[str, str] = {}
    for document in earlier:
        old = draft_of(template_id, document)
        if old.WhichOneof("parameters") != kind:
            limit = str(old.WhichOneof("parameters"))
            raise invalid(
                f"{field}.parameters", "are of another kind", limit=limit, actual=str(kind)
            )
        meant.update(_places(old))
    for rule_id, place in _places(draft):
        if meant.get(rule_id, place) != place:
            raise invalid(
                f"{field}.moderation.rules",
                f"rule {rule_id} meant {meant[rule_id]} in an earlier version",
                limit=meant[rule_id],
                actual=place,
            )


def _places(draft: pb.TemplateDraft) -> Iterator[tuple[str, str]]:
    for rule in draft.moderation.rules:
        place = f"{rule.category}/{rule.medium}"
        yield rule.rule_id or place.replace("/", "."), place
