"""Laws of verdicts that hold for every preset and whatever was seen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import Coverage, StageState, Suggestion, Verdict
from videre.orchestrator.document.canonical import record_from_json, record_to_json
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import FEATURES
from videre.orchestrator.moderation.coverage import asked_classes, asked_features
from videre.orchestrator.moderation.evaluate import moderate, worst
from videre.orchestrator.moderation.feeds import Classes
from videre.orchestrator.moderation.hits import further_features
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.label_table import label_table
from videre.orchestrator.moderation.presets import PRESETS, VENDOR
from videre.orchestrator.moderation.sights import sampled_spans
from videre.orchestrator.moderation.template import (
    WORD_MEDIA,
    Category,
    Medium,
    ModerationTemplate,
    Rule,
)
from videre.orchestrator.moderation.words import Entry, WordList

LAX = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
PASS, REVIEW, BLOCK = Suggestion.PASS, Suggestion.REVIEW, Suggestion.BLOCK
PORN = Rule("porn.image", Category.PORN, Medium.IMAGE, block=90, review=50, labels=("porn",))

presets = st.sampled_from(PRESETS)
frames = st.lists(
    st.tuples(
        st.sampled_from(
            [
                ("nsfw", "nsfw"),
                ("nsfw", "sexy"),
                ("classes", "assault rifle"),
                ("classes", "military uniform"),
                ("classes", "slot"),
                ("objects", "person"),
                ("faces", "face"),
                ("colors", "red"),
            ]
        ),
        st.integers(0, 40),
        st.integers(0, 10_000),
    ),
    max_size=30,
)
sounds = st.lists(
    st.tuples(
        st.sampled_from(["Gunshot, gunfire", "Explosion", "Music", ""]),
        st.integers(0, 40), st.integers(0, 10_000),
    ),
    max_size=15,
)  # fmt: skip
texts = st.lists(
    st.tuples(
        st.sampled_from(["cocaine", "buy porn", "a walk", "加微信", "sc0ne"]), st.integers(0, 40)
    ),
    max_size=4,
)
states = st.dictionaries(
    st.sampled_from([feature.name for feature in FEATURES]),
    st.sampled_from([StageState.FAILED, StageState.NOT_CHECKED, StageState.SKIPPED]),
    max_size=6,
)


def inputs(make, frame, line, stage, seen, heard, read, ended):  # type: ignore[no-untyped-def]
    """Return a film with what was seen, heard and read in it; every record has an id of its own."""
    evidence = [
        structs.replace(frame(feature, name, at * 25, score), id=f"{number}/0")
        for number, ((feature, name), at, score) in enumerate(seen)
    ]
    evidence += [
        Evidence(
            "sound", "sound@1", TimeSpan(at * NS, (at + 1) * NS), name, score,
            attributes={} if name else {"level_dbfs": -20 * 10_000}, id=f"s{number}/0",
        )
        for number, (name, at, score) in enumerate(heard)
    ]  # fmt: skip
    lines = [structs.replace(line(text, at), box=(0, 0, 5_000, 2_000)) for text, at in read]
    stages = {name: stage(name, state, "WHY") for name, state in ended.items()}
    return make(evidence, text_lines=lines, stages=stages)


@LAX
@given(preset=presets, seen=frames, heard=sounds, read=texts, ended=states)
def test_a_verdict_is_the_worst_of_its_parts_and_a_failure_never_passes(  # type: ignore[no-untyped-def]
    make, frame, line, stage, preset, seen, heard, read, ended
) -> None:
    verdict = moderate(preset, inputs(make, frame, line, stage, seen, heard, read, ended))
    assert verdict.suggestion is worst(group.suggestion for group in verdict.groups)
    for group, rule in zip(
        verdict.groups, (rule for rule in preset.rules if rule.enabled), strict=True
    ):
        assert (group.category, group.medium) == (rule.category, rule.medium)
        if any(one.state is Coverage.FAILED for one in group.coverage):
            assert group.suggestion is not PASS
        if group.segments:
            assert group.suggestion is worst(one.suggestion for one in group.segments)
            assert group.score == max(one.score for one in group.segments)
            assert (group.reason, group.label) == ("", group.segments[0].label)
        else:
            assert (group.score, group.label) == (0, "")
            assert (group.suggestion is REVIEW) is bool(group.reason)
        for segment in group.segments:
            assert segment.score >= segment.threshold
    everything = [one.state for group in verdict.groups for one in group.coverage]
    assert verdict.coverage_complete is (set(everything) <= {Coverage.CHECKED, Coverage.NO_TRACK})


@LAX
@given(
    preset=presets, seen=frames, heard=sounds, read=texts, random=st.randoms(use_true_random=False)
)
def test_judging_again_gives_the_same_bytes_in_any_order(  # type: ignore[no-untyped-def]
    make, frame, line, stage, preset, seen, heard, read, random
) -> None:
    given_first = inputs(make, frame, line, stage, seen, heard, read, {})
    first = record_to_json(moderate(preset, given_first))
    assert record_to_json(moderate(preset, given_first)) == first
    shuffled = list(given_first.evidence)
    random.shuffle(shuffled)
    assert record_to_json(moderate(preset, replace(given_first, evidence=shuffled))) == first
    read_again = record_from_json(Verdict, first)
    assert record_to_json(read_again) == first


@LAX
@given(preset=presets, seen=frames, heard=sounds, read=texts)
def test_what_rules_ask_for_step_by_step_is_all_that_they_need(  # type: ignore[no-untyped-def]
    make, frame, line, stage, preset, seen, heard, read
) -> None:
    whole = inputs(make, frame, line, stage, seen, heard, read, {})
    whole = replace(whole, sampled=sampled_spans(whole.evidence))

    def only(features: frozenset[str]) -> ModerationInput:
        return replace(whole, evidence=[r for r in whole.evidence if r.feature in features])

    first = asked_features(preset, first=True)
    further = further_features(preset, only(first))
    assert first | further <= asked_features(preset)
    assert moderate(preset, only(first | further)) == moderate(preset, whole)
    classes = asked_classes(preset)
    named = [r for r in whole.evidence if r.class_name in classes.get(r.feature, {r.class_name})]
    assert moderate(preset, replace(whole, evidence=named)) == moderate(preset, whole)


@pytest.mark.parametrize("rule", [r for r in VENDOR.rules if r.enabled], ids=lambda r: r.rule_id)
@pytest.mark.parametrize("suggestion", [BLOCK, REVIEW])
def test_every_threshold_of_the_vendors_template_is_reached_by_what_equals_it(  # type: ignore[no-untyped-def]
    make, frame, line, utterance, rule: Rule, suggestion: Suggestion
) -> None:
    points = rule.block if suggestion is BLOCK else rule.review
    assert points is not None
    for score, expected in ((points * 100, suggestion), (points * 100 - 1, None)):
        if rule.medium in WORD_MEDIA:
            given_one = worded(make, line, utterance, rule, points - (expected is None))
        else:
            given_one = shown(make, frame, rule, score)
        if given_one is None:
            continue
        found = moderate(ModerationTemplate("t", 1, (rule,)), given_one[0]).groups[0].suggestion
        if expected is None:
            assert found.severity < suggestion.severity
        else:
            assert found is (expected if given_one[1] else PASS)


def shown(make, frame, rule: Rule, score: int):  # type: ignore[no-untyped-def]
    """Return a film with a class of the rule, and whether it is detected; None below score 0."""
    if score < 0:
        return None
    for label in rule.labels:
        entry = label_table().find(rule.category, rule.medium, label)
        assert entry is not None
        for source in entry.sources:
            feed = source.feed
            if isinstance(feed, Classes) and feed.count == 1 and feed.at_least is None:
                record = frame(feed.feature, min(feed.names), 5, score)
                return make([record]), score >= 5_000
    raise AssertionError(f"no class feeds {rule.rule_id}")


def worded(make, line, utterance, rule: Rule, weight: int):  # type: ignore[no-untyped-def]
    """Return a film in which the words of the rule's lists stand for a weight."""
    words = {
        name: WordList(name, 1, "label", (Entry("zorblax", weight),)) for name in rule.word_lists
    }
    if rule.medium is Medium.SPEECH:
        found = make(utterances=[utterance("zorblax", 3, score=10_000)])
    else:
        found = make(text_lines=[line("zorblax", 3, score=10_000)])
    return replace(found, word_lists=words), True


@pytest.mark.parametrize("gap_ms", [0, 1, 1_000, 2_000, 60_000])
@pytest.mark.parametrize("more", [0, 1])
def test_hits_merge_across_exactly_the_gap_and_not_a_nanosecond_more(make, gap_ms, more) -> None:  # type: ignore[no-untyped-def]
    rule = Rule("t", Category.TERRORISM, Medium.SOUND, review=50, labels=("explosion",))
    first = TimeSpan(0, NS)
    start = NS + gap_ms * 1_000_000 + more
    second = TimeSpan(start, start + NS)
    evidence = [
        Evidence("sound", "sound@1", span, "Explosion", 6_000 + 1_000 * number, id=f"{number}/0")
        for number, span in enumerate((first, second))
    ]
    template = ModerationTemplate("t", 1, (rule,), merge_gap_ms=gap_ms)
    segments = moderate(template, make(evidence)).groups[0].segments
    if more:
        assert {(one.span, one.score) for one in segments} == {(first, 6_000), (second, 7_000)}
    else:
        (one,) = segments
        assert (one.span, one.score) == (TimeSpan(0, start + NS), 7_000)


@LAX
@given(scores=st.lists(st.integers(0, 10_000), max_size=5))
def test_nothing_found_is_not_score_0(make, frame, scores: list[int]) -> None:  # type: ignore[no-untyped-def]
    """With review 0 a detection of any score asks for a person; without one it passes."""
    rule = replace(PORN, block=None, review=0)
    evidence = [frame("nsfw", "nsfw", at, score) for at, score in enumerate(scores)]
    (group,) = moderate(ModerationTemplate("t", 1, (rule,)), make(evidence)).groups
    detected = [score for score in scores if score >= 5_000]
    assert (group.suggestion is REVIEW) is bool(detected)
    assert (group.score, bool(group.segments)) == (max(detected, default=0), bool(detected))
