"""Texts that are given with a media: each has a verdict of its own, the whole is the worst."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import (
    Analysis,
    Coverage,
    GivenCoverage,
    GivenKind,
    MediaFacts,
    MediaKind,
    StageResult,
    StageState,
    Suggestion,
    TextKind,
    TextLine,
    Verdict,
)
from videre.orchestrator.document.canonical import record_from_json, record_to_json
from videre.orchestrator.fusion.inputs import Comment, Context, Tag
from videre.orchestrator.moderation.evaluate import moderate, worst
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.lists import packaged_lists
from videre.orchestrator.moderation.presets import CAREFUL, VENDOR
from videre.orchestrator.moderation.template import Category, Medium, ModerationTemplate, Rule

PASS, REVIEW, BLOCK = Suggestion.PASS, Suggestion.REVIEW, Suggestion.BLOCK
PORN = Rule("porn.metadata", Category.PORN, Medium.METADATA, block=100, review=75,
            word_lists=("porn-en",))  # fmt: skip
DRUGS = Rule("drugs", Category.PROHIBITED, Medium.METADATA, block=100, review=75,
             word_lists=("drugs-en",))  # fmt: skip
#: What texts are made of: nothing, something to review, something to block.
WORDS = {"a walk": PASS, "some porn": REVIEW, "hardcore sex": BLOCK, "cocaine here": REVIEW}


def template(*rules: Rule) -> ModerationTemplate:
    return ModerationTemplate("mine", 1, rules)


def judged(context: Context, *rules: Rule, text: str = "", times: bool = True) -> Verdict:
    media = MediaFacts(
        digest="d" * 64, size_bytes=1, kind=MediaKind.TEXT, container="txt", duration_ns=9 * NS,
        characters=0 if times else 900,
    )  # fmt: skip
    line = TextLine(text, TimeSpan(0, 9 * NS), (), None, 10_000, "en", TextKind.UNKNOWN, ())
    read = (StageResult("text", StageState.SUCCEEDED),)
    analysis = Analysis(media=media, stages=read, text_lines=(line,) if text else ())
    known = ModerationInput(analysis, (), context=context, word_lists=packaged_lists())
    return moderate(template(*(rules or (PORN, DRUGS))), known)


def told(verdict: Verdict) -> list[tuple[str, str, Suggestion]]:
    return [(one.kind.value, one.given_id, one.suggestion) for one in verdict.given]


def test_each_text_has_a_verdict_and_the_job_the_worst() -> None:
    verdict = judged(
        Context(
            "A walk in the park",
            "some porn",
            (Comment(5 * NS, "hardcore sex", "c-7"), Comment(None, "nice"), Comment(NS, "cocaine")),
            tags=(Tag("series", "walks"), Tag("cocaine", "x")),
        )
    )
    assert told(verdict) == [
        ("title", "", PASS),
        ("description", "", REVIEW),
        ("comment", "c-7", BLOCK),
        ("comment", "1", PASS),
        ("comment", "2", REVIEW),
        ("tag", "series", PASS),
        ("tag", "cocaine", REVIEW),
    ]
    assert verdict.suggestion is BLOCK


def test_a_verdict_names_category_rule_word_and_characters() -> None:
    verdict = judged(Context("", "", (Comment(5 * NS, "Who has C0CAINE, pal?", "x"),)))
    (comment,) = verdict.given
    (group,) = comment.groups
    (segment,) = group.segments
    (hit,) = segment.word_hits
    assert (group.category, group.medium, group.suggestion) == ("prohibited", "metadata", REVIEW)
    assert (segment.rule_id, segment.threshold) == ("drugs.review", 7_500)
    assert (hit.text, hit.start, hit.end, hit.entry) == ("C0CAINE", 8, 15, "cocaine")
    assert segment.evidence[0].id == "metadata/comment/0"
    assert comment.span is not None
    assert (comment.span.start_ns, comment.span.end_ns) == (5 * NS, 5 * NS)


def test_words_of_one_text_are_not_those_of_another_at_the_same_time() -> None:
    comments = (Comment(NS, "some porn"), Comment(NS, "more porn"))
    verdict = judged(Context(comments=comments), PORN)
    assert len(verdict.groups[0].segments) == 1  # they merge in the group
    assert [len(one.groups[0].segments[0].word_hits) for one in verdict.given] == [1, 1]
    assert [one.groups[0].segments[0].evidence[0].id for one in verdict.given] == [
        "metadata/comment/0", "metadata/comment/1",
    ]  # fmt: skip


def test_several_categories_stand_worst_first() -> None:
    (title,) = judged(Context("cocaine and hardcore sex")).given
    assert [(group.category, group.suggestion) for group in title.groups] == [
        ("porn", BLOCK), ("prohibited", REVIEW),
    ]  # fmt: skip


def test_coverage_is_told_per_kind() -> None:
    context = Context("t", "", (Comment(0, "a"), Comment(0, "b")), tags=(Tag("k", "v"),))
    checked = Coverage.CHECKED
    assert judged(context).given_coverage == (
        GivenCoverage(GivenKind.TITLE, 1, checked, "", ("porn", "prohibited")),
        GivenCoverage(GivenKind.TAG, 1, checked, "", ("porn", "prohibited")),
        GivenCoverage(GivenKind.COMMENT, 2, checked, "", ("porn", "prohibited")),
    )


@pytest.mark.parametrize(
    ("rule", "reason", "suggestion"),
    [
        (replace(PORN, enabled=False), "NOT_REQUESTED", PASS),
        (replace(PORN, medium=Medium.TEXT), "NOT_REQUESTED", PASS),
        (replace(PORN, word_lists=()), "NO_ENGINE", REVIEW),
    ],
)
def test_where_nobody_looks_there_is_no_verdict(
    rule: Rule, reason: str, suggestion: Suggestion
) -> None:
    verdict = judged(Context("hardcore sex"), rule, text="fine")
    assert (verdict.given, verdict.suggestion) == ((), suggestion)
    (looked,) = verdict.given_coverage
    assert (looked.state, looked.reason) == (Coverage.NOT_CHECKED, reason)


def test_nothing_given_tells_nothing() -> None:
    verdict = judged(Context(" ", "", (Comment(0, " "),)))
    assert (verdict.given, verdict.given_coverage) == ((), ())


def test_a_text_without_times_gives_comments_none() -> None:
    (comment,) = judged(Context(comments=(Comment(5 * NS, "fine"),)), times=False).given
    assert comment.span is None


def test_the_presets_look_at_what_is_given_or_say_that_they_do_not(make) -> None:  # type: ignore[no-untyped-def]
    found = make(context=Context("hardcore sex"))
    careful, vendor = moderate(CAREFUL, found), moderate(VENDOR, found)
    assert told(careful) == [("title", "", BLOCK)]
    assert (vendor.given, vendor.given_coverage[0].reason) == ((), "NOT_REQUESTED")


texts = st.lists(st.sampled_from(sorted(WORDS)), max_size=4).map(". ".join)
contexts = st.builds(
    Context,
    title=texts,
    description=texts,
    comments=st.lists(
        st.builds(Comment, st.one_of(st.none(), st.integers(0, 9 * NS)), texts), max_size=5
    ).map(tuple),
    tags=st.lists(st.builds(Tag, st.just("k"), texts), max_size=1).map(tuple),
)


@given(contexts)
def test_the_whole_is_the_worst_of_its_texts(context: Context) -> None:
    verdict = judged(context)
    assert verdict.suggestion is worst(one.suggestion for one in verdict.given)
    for one in verdict.given:
        assert one.suggestion is worst(group.suggestion for group in one.groups)
    assert sum(item.count for item in verdict.given_coverage) == len(verdict.given)
    assert record_from_json(Verdict, record_to_json(verdict)) == verdict


@given(contexts, st.data())
def test_a_text_alone_is_judged_as_among_others(context: Context, data: st.DataObject) -> None:
    whole = judged(context)
    if not context.comments:
        return
    place = data.draw(st.integers(0, len(context.comments) - 1))
    alone = judged(Context(comments=(context.comments[place],)))
    named = [one for one in whole.given if (one.kind, one.given_id) == ("comment", str(place))]
    assert [one.suggestion for one in named] == [one.suggestion for one in alone.given]
    assert [[g.score for g in one.groups] for one in named] == [
        [g.score for g in one.groups] for one in alone.given
    ]
