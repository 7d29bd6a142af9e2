"""Rules that look in the project's own libraries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import LibraryMatch, Suggestion, Verdict
from videre.orchestrator.library.entries import WordEntry
from videre.orchestrator.library.words import word_list
from videre.orchestrator.moderation.coverage import check_required
from videre.orchestrator.moderation.evaluate import moderate
from videre.orchestrator.moderation.own_libraries import OwnLibrary
from videre.orchestrator.moderation.template import (
    Category,
    Medium,
    ModerationTemplate,
    Rule,
    Unchecked,
)

PASS, REVIEW = Suggestion.PASS, Suggestion.REVIEW
SEEN = Rule(
    "political.image", Category.POLITICAL, Medium.IMAGE, review=60, labels=("politician",),
    libraries=("watch",),
)  # fmt: skip
OWN = Rule("custom.image", Category.CUSTOM, Medium.IMAGE, review=60, libraries=("watch",))
READ = Rule("custom.text", Category.CUSTOM, Medium.TEXT, review=60, libraries=("terms",))


def persons(*matched: tuple[str, int], reason: str = "", **categories: str) -> OwnLibrary:
    """Return a library whose entries were found at 1 s and at 30 s."""
    spans = (TimeSpan(NS, 2 * NS, 25, 50), TimeSpan(30 * NS, 31 * NS, 750, 775))
    matches = tuple(
        LibraryMatch("watch", entry, "persons", score, spans, person_id="p1")
        for entry, score in matched
    )
    return OwnLibrary("watch", "watch@4", "persons", reason, matches, categories)


def terms(*entries: WordEntry, **categories: str) -> OwnLibrary:
    words = word_list("terms", 2, entries, categories)
    return OwnLibrary("terms", "terms@2", "words", categories=categories, words=words)


def judged(given, rule: Rule, **libraries: OwnLibrary) -> Verdict:  # type: ignore[no-untyped-def]
    template = ModerationTemplate("t", 1, (rule,))
    return moderate(template, replace(given, libraries=libraries))


def test_an_entry_that_is_there_is_a_hit_of_the_rules_category(make) -> None:  # type: ignore[no-untyped-def]
    verdict = judged(make(), SEEN, watch=persons(("ann", 7_000), ann="politician"))
    (group,) = verdict.groups
    assert (group.suggestion, group.score, group.label) == (REVIEW, 7_000, "politician")
    assert len(group.segments) == 2
    assert verdict.libraries == ("watch@4",)


def test_an_entry_without_a_category_is_called_as_its_library(make) -> None:  # type: ignore[no-untyped-def]
    for rule in (SEEN, OWN):
        (group,) = judged(make(), rule, watch=persons(("ann", 7_000), ann="")).groups
        assert (group.suggestion, group.label) == (REVIEW, "watch")


def test_a_rule_with_labels_leaves_other_categories_alone(make) -> None:  # type: ignore[no-untyped-def]
    library = persons(("ann", 9_000), ann="celebrity", bob="politician")
    (group,) = judged(make(), SEEN, watch=library).groups
    assert (group.suggestion, group.segments) == (PASS, ())
    (group,) = judged(make(), OWN, watch=library).groups
    assert group.label == "celebrity"


@pytest.mark.parametrize(("score", "suggestion"), [(6_000, REVIEW), (5_999, PASS)])
def test_a_likeness_that_equals_the_threshold_reaches_it(make, score, suggestion) -> None:  # type: ignore[no-untyped-def]
    library = persons(("ann", score), ann="politician")
    assert judged(make(), SEEN, watch=library).suggestion is suggestion


def test_coverage_tells_of_the_label_and_of_the_library(make) -> None:  # type: ignore[no-untyped-def]
    (group,) = judged(make(), SEEN, watch=persons(ann="politician")).groups
    assert [(one.label, one.state, one.reason) for one in group.coverage] == [
        ("politician", "checked", ""), ("watch", "checked", ""),
    ]  # fmt: skip
    (group,) = judged(make(), OWN, watch=persons(ann="")).groups
    assert [(one.label, one.state) for one in group.coverage] == [("watch", "checked")]


@pytest.mark.parametrize(
    ("library", "label", "own"),
    [
        (persons(bob="celebrity"), ("not_checked", "NO_SAMPLES"), ("checked", "")),
        (persons(), ("not_checked", "NO_SAMPLES"), ("not_checked", "NO_SAMPLES")),
        (persons(reason="LIBRARY_CHANGED", ann=""), *[("not_checked", "LIBRARY_CHANGED")] * 2),
        (None, ("not_checked", "NO_SAMPLES"), ("not_checked", "LIBRARY_NOT_FOUND")),
    ],
)
def test_where_nobody_can_tell_it_is_not_checked(make, library, label, own) -> None:  # type: ignore[no-untyped-def]
    libraries = {} if library is None else {"watch": library}
    (group,) = judged(make(), SEEN, **libraries).groups
    assert [(one.state, one.reason) for one in group.coverage] == [label, own]
    expected = PASS if "checked" in (label[0], own[0]) else REVIEW
    assert group.suggestion is expected


@pytest.mark.parametrize(
    ("state", "reason", "expected"),
    [
        ("FAILED", "ENGINE_FAILED", ("failed", "ENGINE_FAILED")),
        ("SKIPPED", "NOT_REQUESTED", ("not_checked", "NOT_REQUESTED")),
        ("SUCCEEDED", "FACES_NOT_COMPARED", ("not_checked", "FACES_NOT_COMPARED")),
        ("SKIPPED", "NO_TRACK", ("no_track", "NO_TRACK")),
    ],
)
def test_entries_are_looked_for_where_their_stage_was(make, stage, state, reason, expected) -> None:  # type: ignore[no-untyped-def]
    given = make(stages={"faces": stage("faces", state, reason)})
    (group,) = judged(given, OWN, watch=persons(ann="")).groups
    assert (group.coverage[0].state, group.coverage[0].reason) == expected
    assert (group.reason == "INCOMPLETE") is (expected[0] == "failed")


def test_pictures_are_looked_for_in_frames_that_nobody_else_asked_for(make, stage) -> None:  # type: ignore[no-untyped-def]
    given = make(stages={"landmarks": stage("landmarks", "NOT_CHECKED", "NO_SAMPLES")})
    library = replace(persons(ann=""), kind="pictures")
    (group,) = judged(given, OWN, watch=library).groups
    assert group.coverage[0].state == "checked"


def test_own_words_are_hits_like_listed_ones(make, line) -> None:  # type: ignore[no-untyped-def]
    library = terms(WordEntry("acme", ("Acme",)), acme="")
    verdict = judged(make(text_lines=[line("buy ACME now")]), READ, terms=library)
    (group,) = verdict.groups
    assert (group.suggestion, group.label, group.score) == (REVIEW, "terms", 9_000)
    (word,) = group.segments[0].word_hits
    assert (word.word_list, word.entry, word.text) == ("library/terms@2", "Acme", "ACME")
    assert [one.state for one in group.coverage] == ["checked"]
    assert verdict.coverage_complete


def test_the_category_of_a_word_is_its_label_and_labels_choose(make, line) -> None:  # type: ignore[no-untyped-def]
    library = terms(
        WordEntry("acme", ("acme",)), WordEntry("zeta", ("zeta",)), WordEntry("free", ("gratis",)),
        acme="rival", zeta="other", free="",
    )  # fmt: skip
    given = make(text_lines=[line("acme zeta gratis")])
    (group,) = judged(given, READ, terms=library).groups
    assert {one.label for one in group.segments} == {"rival", "other", "terms"}
    (group,) = judged(given, replace(READ, labels=("rival",)), terms=library).groups
    assert {one.label for one in group.segments} == {"rival", "terms"}


def test_own_words_stand_beside_packaged_lists(make, line) -> None:  # type: ignore[no-untyped-def]
    rule = replace(READ, word_lists=("drugs-en",))
    library = terms(WordEntry("acme", ("acme",)), acme="")
    (group,) = judged(make(text_lines=[line("acme and cocaine")]), rule, terms=library).groups
    assert {one.label for one in group.segments} == {"terms", "drugs"}


def test_without_one_of_its_libraries_a_rule_for_words_is_not_checked(make, line) -> None:  # type: ignore[no-untyped-def]
    rule = replace(READ, word_lists=("drugs-en",))
    (group,) = judged(make(text_lines=[line("hello")]), rule).groups
    assert (group.suggestion, group.reason) == (REVIEW, "NOT_CHECKED")
    assert group.coverage[0].reason == "LIBRARY_NOT_FOUND"


def test_a_library_may_be_required() -> None:
    template = ModerationTemplate(
        "t", 1, (replace(SEEN, libraries=("watch@4",)),), unchecked=Unchecked.PASS,
        required=("political/image/watch",),
    )  # fmt: skip
    check_required(template)
