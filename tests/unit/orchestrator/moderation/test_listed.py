"""Lists of hashes: what they block and allow, before and beside what models say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from videre.common.errors import VidereError
from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import Coverage, Suggestion, Verdict
from videre.orchestrator.document.canonical import record_from_json, record_to_json
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.inputs import Context
from videre.orchestrator.library.entries import HashEntry
from videre.orchestrator.library.hashes import HashList
from videre.orchestrator.library.marks import hash_attributes
from videre.orchestrator.library.wanted import HashLibrary
from videre.orchestrator.moderation.evaluate import moderate
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.listed import list_names
from videre.orchestrator.moderation.template import (
    Category,
    Medium,
    ModerationTemplate,
    Rule,
    Unchecked,
    validate,
)

PASS, REVIEW, BLOCK = Suggestion.PASS, Suggestion.REVIEW, Suggestion.BLOCK
STEP = NS // 25
DIGEST = "d" * 64
#: A hash that is far from all small numbers.
FAR = (1 << 64) - 1
Make = Callable[..., ModerationInput]
IMAGE = Rule("porn.image", Category.PORN, Medium.IMAGE, review=50, block=90, hash_lists=("bad",))


def hashed(at: int, value: int | None) -> Evidence:
    """A frame that was looked at; of a plain one there is no hash."""
    return Evidence(
        feature="landmarks",
        engine="orb-phash@1",
        span=TimeSpan(at * STEP, (at + 1) * STEP, at, at + 1),
        score=10_000,
        attributes={} if value is None else hash_attributes(value),
        id=f"landmarks-{at}/0",
    )


def template(*rules: Rule, allow: Sequence[str] = ("good",), **fields: Any) -> ModerationTemplate:
    return ModerationTemplate("t", 1, rules or (IMAGE,), allow_hash_lists=tuple(allow), **fields)


def library(library_id: str, *entries: HashEntry, version: int = 3) -> HashLibrary:
    return HashLibrary(library_id, version, HashList(entries))


def lists(*libraries: HashLibrary) -> dict[str, HashLibrary]:
    known = {"bad": library("bad"), "good": library("good")}
    return known | {one.library_id: one for one in libraries}


@pytest.fixture
def judge(make: Make) -> Callable[..., Verdict]:
    """Return what judges evidence by lists, with sound or without."""

    def build(
        evidence: Sequence[Evidence],
        *libraries: HashLibrary,
        rules: ModerationTemplate | None = None,
        sound: bool = True,
        **fields: Any,
    ) -> Verdict:
        found = make(evidence, **fields)
        if not sound:
            media = replace(found.analysis.media, audio=None)
            found = replace(found, analysis=replace(found.analysis, media=media))
        return moderate(rules or template(), replace(found, hash_lists=lists(*libraries)))

    return build


Judge = Callable[..., Verdict]


def test_a_listed_frame_blocks_whatever_models_and_thresholds_say(judge: Judge) -> None:
    bad = library("bad", HashEntry("poster", (0b1111,)))
    verdict = judge([hashed(0, FAR), hashed(50, 0b1101), hashed(100, FAR)], bad)
    (group,) = verdict.groups
    (segment,) = group.segments
    assert (verdict.suggestion, group.label) == (BLOCK, "hash_list")
    assert (segment.rule_id, segment.suggestion) == ("porn.image.block", BLOCK)
    assert (segment.span.start_frame, segment.span.end_frame) == (50, 100)
    (hit,) = segment.hash_hits
    assert (hit.library, hit.entry_id, hit.frame) == ("bad@3", "poster", 50)
    assert (hit.exact, hit.distance, hit.max_distance) == (False, 1, 8)
    assert (segment.score, segment.threshold) == (9_844, 8_750)
    assert segment.evidence[0].id == "landmarks-50/0"


def test_the_bytes_of_a_media_block_it(judge: Judge) -> None:
    bad = library("bad", HashEntry("leak", (), digests=(DIGEST,)))
    verdict = judge([], bad)
    (segment,) = verdict.groups[0].segments
    assert (verdict.suggestion, segment.score) == (BLOCK, 10_000)
    (hit,) = segment.hash_hits
    assert (hit.entry_id, hit.exact, hit.frame) == ("leak", True, -1)
    assert segment.evidence[0].id == f"bytes/{DIGEST}"
    assert (segment.span.start_ns, segment.span.end_ns) == (0, 60 * NS)


def test_frames_of_one_entry_merge_and_those_of_others_do_not(judge: Judge) -> None:
    bad = library("bad", HashEntry("a", (1,), distance=0), HashEntry("b", (2,), distance=0))
    evidence = [hashed(0, 1), hashed(25, 1), hashed(50, 2), hashed(1_000, 1)]
    segments = judge(evidence, bad).groups[0].segments
    assert [(s.hash_hits[0].entry_id, len(s.hash_hits)) for s in segments] == [
        ("a", 2), ("b", 1), ("a", 1),
    ]  # fmt: skip


def test_an_allowed_frame_counts_for_no_rule_of_images(judge: Judge, frame: Any) -> None:
    good = library("good", HashEntry("own", (0b1111,)))
    seen = [frame("nsfw", "nsfw", 50, 9_500), hashed(50, 0b1111), hashed(75, FAR)]
    assert judge(seen).suggestion is BLOCK
    verdict = judge(seen, good)
    assert verdict.suggestion is PASS
    assert [(hit.library, hit.frame) for hit in verdict.allowed] == [("good@3", 50)]
    assert verdict.groups[0].reason == ""
    more = [*seen, frame("nsfw", "nsfw", 75, 9_500)]
    assert judge(more, good).suggestion is BLOCK


@pytest.mark.parametrize(
    ("values", "sound", "reason"),
    [
        ((5, 5), False, "ALLOWED"),
        ((5, 4), False, "ALLOWED"),  # near enough
        ((5, FAR), False, ""),  # one frame is another
        ((5, None), False, ""),  # one frame cannot be told
        ((5, 5), True, ""),  # what is heard may be anything
    ],
)
def test_a_whole_is_allowed_by_all_frames_only_without_sound(
    judge: Judge, utterance: Any, values: tuple[int | None, ...], sound: bool, reason: str
) -> None:
    good = library("good", HashEntry("own", (5,)))
    evidence = [hashed(25 * at, value) for at, value in enumerate(values)]
    verdict = judge(evidence, good, sound=sound)
    assert (verdict.groups[0].reason, verdict.suggestion) == (reason, PASS)


def test_bytes_allow_the_whole_with_its_sound_but_not_its_title(judge: Judge, line: Any) -> None:
    good = library("good", HashEntry("own", (), digests=(DIGEST,)))
    text = Rule("porn.text", Category.PORN, Medium.TEXT, block=100, review=75,
                word_lists=("porn-en",))  # fmt: skip
    title = replace(text, rule_id="porn.metadata", medium=Medium.METADATA)
    rules = template(IMAGE, text, title)
    verdict = judge([], good, rules=rules, text_lines=[line("hardcore sex")])
    assert verdict.suggestion is PASS
    assert [group.reason for group in verdict.groups] == ["ALLOWED", "ALLOWED", ""]
    named = judge([], good, rules=rules, context=Context("hardcore sex"))
    assert [group.suggestion for group in named.groups] == [PASS, PASS, BLOCK]


def test_a_block_goes_before_what_allows(judge: Judge) -> None:
    bad = library("bad", HashEntry("poster", (5,)))
    good = library("good", HashEntry("own", (5,)), HashEntry("all", (), digests=(DIGEST,)))
    verdict = judge([hashed(0, 5)], bad, good, sound=False)
    assert verdict.suggestion is BLOCK
    assert verdict.allowed[0].exact


def test_a_negative_hash_keeps_an_entry_from_being_found(judge: Judge) -> None:
    bad = library("bad", HashEntry("poster", (0b1111,), negatives=(0b1110,)))
    assert judge([hashed(0, 0b1110)], bad).suggestion is PASS


def test_coverage_tells_whether_lists_were_compared(make: Make, stage: Any) -> None:
    def of(rules: ModerationTemplate, known: dict[str, HashLibrary], **fields: Any) -> Any:
        verdict = moderate(rules, replace(make(**fields), hash_lists=known))
        (group,) = verdict.groups
        return group.suggestion, group.reason, group.coverage[-1]

    suggestion, _, item = of(template(), lists())
    assert (suggestion, item.label, item.state) == (PASS, "hash_list", Coverage.CHECKED)
    suggestion, reason, item = of(template(), {})
    assert (suggestion, reason, item.reason) == (REVIEW, "NOT_CHECKED", "LIBRARY_NOT_FOUND")
    assert of(template(unchecked=Unchecked.PASS), {})[0] is PASS
    failed = {"landmarks": stage("landmarks", "FAILED", "DECODE_FAILED")}
    assert of(template(), lists(), stages=failed)[:2] == (REVIEW, "INCOMPLETE")
    unasked = {"landmarks": stage("landmarks", "NOT_CHECKED", "NO_SAMPLES")}
    assert of(template(), lists(), stages=unasked)[2].state is Coverage.CHECKED
    nobody = {"landmarks": stage("landmarks", "SKIPPED", "NOT_REQUESTED")}
    assert of(template(), lists(), stages=nobody)[1] == "NOT_CHECKED"


def test_lists_alone_do_not_make_up_for_those_who_look(make: Make, stage: Any) -> None:
    found = make(stages={"nsfw": stage("nsfw", "NOT_CHECKED", "NO_ENGINE")})
    verdict = moderate(template(), replace(found, hash_lists=lists()))
    assert verdict.groups[0].reason == "NOT_CHECKED"
    own = Rule("custom.image", Category.CUSTOM, Medium.IMAGE, hash_lists=("bad",))
    assert moderate(template(own), replace(found, hash_lists=lists())).suggestion is PASS


def test_lists_are_for_pictures() -> None:
    with pytest.raises(VidereError, match="has no pictures"):
        validate(template(replace(IMAGE, medium=Medium.SOUND)))


def test_the_lists_that_were_compared_are_named() -> None:
    assert list_names(lists(), template()) == ("bad@3", "good@3")
    assert list_names({}, template()) == ()
    off = template(replace(IMAGE, enabled=False))
    assert off.lists == {"good"}


frames = st.lists(st.one_of(st.none(), st.integers(0, 15)), min_size=1, max_size=6)


@given(frames, st.sets(st.integers(0, 15)), st.sets(st.integers(0, 15)), st.randoms())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_laws_of_lists(
    judge: Judge, values: list[int | None], bad: set[int], good: set[int], rng: Any
) -> None:
    """Any listed frame blocks; only a silent film all of whose frames are allowed is allowed; the
    order of evidence and entries says nothing."""

    def entries(known: set[int]) -> list[HashEntry]:
        made = [HashEntry(f"e{value}", (value,), distance=0) for value in sorted(known)]
        rng.shuffle(made)
        return made

    evidence = [hashed(25 * at, value) for at, value in enumerate(values)]
    verdict = judge(evidence, library("bad", *entries(bad)), library("good", *entries(good)),
                    sound=False)  # fmt: skip
    blocked = any(value in bad for value in values)
    whole = all(value in good for value in values)
    assert (verdict.suggestion is BLOCK) == blocked
    assert (verdict.groups[0].reason == "ALLOWED") == (whole and not blocked)
    rng.shuffle(evidence)
    again = judge(evidence, library("bad", *entries(bad)), library("good", *entries(good)),
                  sound=False)  # fmt: skip
    assert again == verdict
    assert record_from_json(Verdict, record_to_json(verdict)) == verdict
