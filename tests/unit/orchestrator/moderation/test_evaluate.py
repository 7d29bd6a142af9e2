"""Thresholds, merging, worst-of, coverage: what a template says of a media."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from videre.common.errors import VidereError
from videre.orchestrator.document import Suggestion, Understanding
from videre.orchestrator.fusion.inputs import Comment, Context
from videre.orchestrator.moderation.evaluate import moderate, worst
from videre.orchestrator.moderation.presets import CAREFUL, VENDOR
from videre.orchestrator.moderation.sights import sampled_spans
from videre.orchestrator.moderation.template import (
    Category,
    Medium,
    ModerationTemplate,
    Rule,
    Unchecked,
)

LAX = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
PASS, REVIEW, BLOCK = Suggestion.PASS, Suggestion.REVIEW, Suggestion.BLOCK


def template(*rules: Rule, **more: object) -> ModerationTemplate:
    return ModerationTemplate("test", 1, rules, **more)  # type: ignore[arg-type]


def porn(block: int | None = 90, review: int | None = 50, **more: object) -> Rule:
    return Rule("porn.image", Category.PORN, Medium.IMAGE, block=block, review=review, **more)  # type: ignore[arg-type]


TEXT = Rule("porn.text", Category.PORN, Medium.TEXT, block=100, review=75, word_lists=("porn-en",))
SPEECH = replace(TEXT, rule_id="porn.speech", medium=Medium.SPEECH)
METADATA = replace(TEXT, rule_id="porn.metadata", medium=Medium.METADATA)


@pytest.mark.parametrize(
    ("score", "suggestion"),
    [(9_000, BLOCK), (8_999, REVIEW), (5_000, REVIEW), (4_999, PASS), (10_000, BLOCK)],
)
def test_a_score_that_reaches_a_threshold_counts(make, frame, score, suggestion) -> None:  # type: ignore[no-untyped-def]
    verdict = moderate(template(porn()), make([frame("nsfw", "nsfw", 0, score)]))
    assert verdict.suggestion is suggestion


@LAX
@given(score=st.integers(0, 10_000), points=st.integers(0, 100))
def test_thresholds_are_exact_at_every_point(make, frame, score, points) -> None:  # type: ignore[no-untyped-def]
    verdict = moderate(
        template(porn(block=points, review=None)), make([frame("nsfw", "nsfw", 0, score)])
    )
    assert (verdict.suggestion is BLOCK) is (score >= points * 100 and score >= 5_000)


def test_nothing_detected_passes_with_confidence_0_also_with_review_0(make, frame) -> None:  # type: ignore[no-untyped-def]
    for evidence in ([], [frame("nsfw", "nsfw", 0, 4_999)]):
        (group,) = moderate(template(porn(review=0)), make(evidence)).groups
        assert (group.suggestion, group.score, group.label, group.segments) == (PASS, 0, "", ())


def test_a_detection_with_review_0_is_at_least_review(make, frame) -> None:  # type: ignore[no-untyped-def]
    (group,) = moderate(template(porn(review=0)), make([frame("nsfw", "nsfw", 0, 5_000)])).groups
    assert (group.suggestion, group.score) == (REVIEW, 5_000)


def test_a_rule_without_thresholds_says_nothing(make, frame) -> None:  # type: ignore[no-untyped-def]
    verdict = moderate(template(porn(None, None)), make([frame("nsfw", "nsfw", 0, 10_000)]))
    assert verdict.suggestion is PASS


def test_the_samples_of_a_cloud_come_out_as_there(make, frame) -> None:  # type: ignore[no-untyped-def]
    evidence = [
        frame("nsfw", "sexy", at, s) for at, s in ((237, 9_800), (412, 8_000), (1_025, 9_700))
    ]
    evidence += [frame("colors", "blue", at, 9_000) for at in (350, 450, 1_225)]
    found = make(evidence)
    (group,) = moderate(
        template(*VENDOR.rules[:1], unchecked=Unchecked.PASS, merge_gap_ms=1_000), found
    ).groups
    assert (group.suggestion, group.score, group.label) == (BLOCK, 9_800, "sexy")
    assert [(s.suggestion, s.score) for s in group.segments] == [
        (BLOCK, 9_800), (BLOCK, 9_700), (REVIEW, 8_000),
    ]  # fmt: skip


def test_hits_of_one_label_merge_up_to_the_gap(make, frame) -> None:  # type: ignore[no-untyped-def]
    evidence = [frame("nsfw", "nsfw", at, s) for at, s in ((0, 6_000), (200, 7_000))]
    # Each frame speaks until the next sampled one: looks in between end it.
    evidence += [frame("colors", "blue", at, 9_000) for at in (50, 250)]
    spans = {}
    for gap in (5_999, 6_000):
        found = moderate(template(porn(), merge_gap_ms=gap), make(evidence)).groups[0].segments
        spans[gap] = sorted((s.span.start_frame, s.span.end_frame, s.score) for s in found)
    assert spans[5_999] == [(0, 50, 6_000), (200, 250, 7_000)]
    assert spans[6_000] == [(0, 250, 7_000)]


def test_labels_do_not_merge_with_each_other(make, frame) -> None:  # type: ignore[no-untyped-def]
    evidence = [frame("nsfw", "nsfw", 0, 6_000), frame("nsfw", "sexy", 0, 7_000)]
    (group,) = moderate(template(porn()), make(evidence)).groups
    assert [s.label for s in group.segments] == ["sexy", "porn"]


def test_only_the_rules_own_labels_count(make, frame) -> None:  # type: ignore[no-untyped-def]
    evidence = [frame("nsfw", "nsfw", 0, 9_900)]
    assert moderate(template(porn(labels=("sexy",))), make(evidence)).suggestion is PASS


def test_a_segment_names_rule_threshold_evidence_and_pictures(make, frame) -> None:  # type: ignore[no-untyped-def]
    evidence = [frame("nsfw", "nsfw", 0, 9_500, "pic"), frame("nsfw", "nsfw", 1, 9_100, "other")]
    (segment,) = (
        moderate(template(porn()), make(evidence, blurred={"pic": "soft"})).groups[0].segments
    )
    assert (segment.rule_id, segment.threshold) == ("porn.image.block", 9_000)
    assert [ref.id for ref in segment.evidence] == [evidence[0].id, evidence[1].id]
    assert (segment.picture, segment.blurred_picture) == ("pic", "soft")


@pytest.mark.parametrize(("word", "suggestion"), [("nothing", REVIEW), ("porn", BLOCK)])
def test_a_block_may_need_a_second_medium(make, frame, line, word, suggestion) -> None:  # type: ignore[no-untyped-def]
    rules = template(porn(block_needs_second_medium=True), TEXT)
    verdict = moderate(rules, make([frame("nsfw", "nsfw", 0, 9_500)], text_lines=[line(word)]))
    assert verdict.suggestion is suggestion
    segment = verdict.groups[0].segments[0]
    assert segment.rule_id == f"porn.image.{suggestion}"


def test_a_second_medium_of_another_category_does_not_count(make, frame, line) -> None:  # type: ignore[no-untyped-def]
    other = replace(
        TEXT, rule_id="prohibited.text", category=Category.PROHIBITED, word_lists=("drugs-en",)
    )
    rules = template(porn(block_needs_second_medium=True), other)
    found = make([frame("nsfw", "nsfw", 0, 9_500)], text_lines=[line("cocaine")])
    assert moderate(rules, found).suggestion is REVIEW


@pytest.mark.parametrize(
    ("text", "score", "suggestion", "confidence"),
    [
        ("hardcore sex", 9_500, BLOCK, 10_000),  # read surely enough to be certain
        ("hardcore sex", 9_499, REVIEW, 9_499),
        ("some porn here", 9_900, REVIEW, 9_000),
        ("some porn here", 8_000, PASS, 0),  # .9 × .8 = .72
        ("anti-porn", 9_900, PASS, 0),
    ],
)
def test_words_weigh_as_much_as_they_were_read_surely(  # type: ignore[no-untyped-def]
    make, line, text, score, suggestion, confidence
) -> None:
    (group,) = moderate(template(TEXT), make(text_lines=[line(text, score=score)])).groups
    assert (group.suggestion, group.score) == (suggestion, confidence)


def test_a_spoken_word_is_placed_by_its_time_and_weighs_its_own_posterior(make, utterance) -> None:  # type: ignore[no-untyped-def]
    said = utterance("this is a sex tape right", 10, score=9_000)
    (segment,) = moderate(template(SPEECH), make(utterances=[said])).groups[0].segments
    assert (segment.span.start_ns, segment.span.end_ns) == (13 * 10**9, 15 * 10**9)
    assert segment.score == 8_100
    (hit,) = segment.word_hits
    assert (hit.text, said.text[hit.start : hit.end]) == ("sex tape", "sex tape")
    assert (hit.word_list, hit.category, hit.language) == ("porn-en@2", "porn", "en")
    assert (hit.weight, hit.folds, hit.span) == (90, (), segment.span)


def test_a_disguised_word_weighs_the_same_and_names_its_folds(make, line) -> None:  # type: ignore[no-untyped-def]
    (group,) = moderate(template(TEXT), make(text_lines=[line("S3X  T4PE!", score=9_900)])).groups
    (hit,) = group.segments[0].word_hits
    assert (group.score, hit.entry, hit.text) == (9_000, "sex tape", "S3X  T4PE")
    assert hit.folds == ("case", "separators", "leetspeak")


@pytest.mark.parametrize("doubt", [Understanding.UNCERTAIN, Understanding.NOT_UNDERSTOOD])
def test_words_that_were_not_understood_hit_nothing(make, utterance, doubt) -> None:  # type: ignore[no-untyped-def]
    said = [utterance("sex tape", 0, understanding=doubt), utterance("fine " * 40, 10)]
    (group,) = moderate(template(SPEECH), make(utterances=said)).groups
    assert (group.suggestion, group.segments) == (PASS, ())


def test_title_description_and_comments_are_moderated(make) -> None:  # type: ignore[no-untyped-def]
    context = Context("Sex tape", "hardcore sex", (Comment(5 * 10**9, "camgirl"),))
    (group,) = moderate(template(METADATA), make(context=context)).groups
    assert group.suggestion is BLOCK
    assert {ref.id for s in group.segments for ref in s.evidence} == {
        "metadata/title", "metadata/description", "metadata/comment/0",
    }  # fmt: skip


def test_an_unknown_list_is_refused(make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(VidereError, match="no list"):
        moderate(template(replace(TEXT, word_lists=("gone",))), make())


@pytest.mark.parametrize("unchecked", list(Unchecked))
def test_a_failure_never_passes(make, stage, unchecked) -> None:  # type: ignore[no-untyped-def]
    found = make(stages={"nsfw": stage("nsfw", "FAILED", "ENGINE_FAILED")})
    verdict = moderate(template(porn(), unchecked=unchecked), found)
    assert (verdict.suggestion, verdict.groups[0].reason) == (REVIEW, "INCOMPLETE")
    assert not verdict.coverage_complete


@pytest.mark.parametrize(
    ("unchecked", "suggestion", "reason"),
    [(Unchecked.REVIEW, REVIEW, "NOT_CHECKED"), (Unchecked.PASS, PASS, "")],
)
def test_what_nobody_looked_at_passes_only_where_the_template_says_so(  # type: ignore[no-untyped-def]
    make, stage, unchecked, suggestion, reason
) -> None:
    found = make(stages={"nsfw": stage("nsfw", "NOT_CHECKED", "NO_ENGINE")})
    verdict = moderate(template(porn(), unchecked=unchecked), found)
    assert (verdict.groups[0].suggestion, verdict.groups[0].reason) == (suggestion, reason)
    assert not verdict.coverage_complete


def test_some_labels_checked_may_pass_and_the_rest_is_listed(make) -> None:  # type: ignore[no-untyped-def]
    verdict = moderate(template(porn()), make())
    assert verdict.suggestion is PASS
    assert not verdict.coverage_complete
    assert {c.label for c in verdict.groups[0].coverage if c.state == "not_checked"} == {
        "vulgar", "intimacy",
    }  # fmt: skip


def test_a_required_label_must_have_been_looked_at(make) -> None:  # type: ignore[no-untyped-def]
    def verdict(label: str):  # type: ignore[no-untyped-def]
        return moderate(template(porn(), required=(f"porn/image/{label}",)), make())

    assert verdict("porn").suggestion is PASS
    assert verdict("vulgar").groups[0].reason == "NOT_CHECKED"


def test_without_the_track_the_group_passes_and_coverage_is_complete(make) -> None:  # type: ignore[no-untyped-def]
    found = make()
    media = replace(found.analysis.media, audio=None)
    found = replace(found, analysis=replace(found.analysis, media=media))
    verdict = moderate(template(SPEECH), found)
    assert (verdict.suggestion, verdict.coverage_complete) == (PASS, True)


def test_speech_that_was_not_understood_asks_for_a_person(make, utterance) -> None:  # type: ignore[no-untyped-def]
    lost = utterance("", 0, understanding=Understanding.NOT_UNDERSTOOD, seconds=4)
    verdict = moderate(template(SPEECH), make(utterances=[lost, utterance("a " * 60, 10)]))
    assert (verdict.suggestion, verdict.groups[0].reason) == (REVIEW, "NOT_CHECKED")


def test_a_disabled_rule_is_not_there(make, frame) -> None:  # type: ignore[no-untyped-def]
    verdict = moderate(template(porn(enabled=False)), make([frame("nsfw", "nsfw", 0, 9_900)]))
    assert (verdict.suggestion, verdict.groups) == (PASS, ())


def test_the_careful_preset_does_not_block_what_only_a_picture_shows(make, frame) -> None:  # type: ignore[no-untyped-def]
    evidence = [frame("nsfw", "nsfw", 0, 10_000), frame("classes", "assault rifle", 0, 10_000)]
    assert moderate(CAREFUL, make(evidence)).suggestion is REVIEW
    assert moderate(CAREFUL, make()).suggestion is PASS


@given(st.lists(st.sampled_from(list(Suggestion)), max_size=6))
def test_the_verdict_is_the_worst_of_its_parts(parts: list[Suggestion]) -> None:
    assert worst(parts).severity == max((part.severity for part in parts), default=0)


hits = st.lists(
    st.tuples(st.sampled_from(["nsfw", "sexy"]), st.integers(0, 500), st.integers(0, 10_000)),
    max_size=8,
    unique_by=lambda hit: hit[:2],
)


@LAX
@given(found=hits, random=st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(make, frame, found, random) -> None:  # type: ignore[no-untyped-def]
    evidence = [frame("nsfw", *hit) for hit in found]
    expected = moderate(CAREFUL, make(evidence))
    random.shuffle(evidence)
    assert moderate(CAREFUL, make(evidence)) == expected


@LAX
@given(found=hits, more=hits)
def test_more_evidence_never_makes_it_milder(make, frame, found, more) -> None:  # type: ignore[no-untyped-def]
    few = [frame("nsfw", *hit) for hit in found]
    many = few + [frame("nsfw", *hit) for hit in more]
    assert (
        moderate(VENDOR, make(many)).suggestion.severity
        >= moderate(VENDOR, make(few)).suggestion.severity
    )


@LAX
@given(
    seen=st.lists(st.tuples(st.integers(0, 20), st.integers(5_000, 10_000)), max_size=6),
    others=st.lists(st.integers(0, 20), max_size=6),
)
def test_what_rules_ask_for_is_enough_where_the_sampled_frames_are_told(  # type: ignore[no-untyped-def]
    make, frame, seen, others
) -> None:
    asked = [frame("nsfw", "nsfw", at * 25, score) for at, score in seen]
    evidence = [*asked, *(frame("colors", "red", at * 25, 1) for at in others)]
    whole = moderate(template(porn()), make(evidence))
    given_alone = replace(make(asked), sampled=sampled_spans(evidence))
    assert moderate(template(porn()), given_alone) == whole
