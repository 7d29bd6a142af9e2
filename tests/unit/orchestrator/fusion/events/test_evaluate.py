"""What holds of the events of all packaged rules, whatever is observed; and how rules look."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from videre.common.values import NS, TimeSpan
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.document import (
    MAX_REFS,
    Event,
    RuleState,
    Shot,
    SoundEvent,
    StageResult,
    StageState,
    Transition,
    Understanding,
    Utterance,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import FEATURES, SPEECH_ACTIVITY
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.events.evaluate import Evaluation, evaluate
from videre.orchestrator.fusion.events.load import packaged_rules
from videre.orchestrator.fusion.events.model import Rule, RuleSet
from videre.orchestrator.fusion.events.parse import parse_rules
from videre.orchestrator.fusion.events.signs import Observed
from videre.orchestrator.fusion.refs import references
from videre.orchestrator.fusion.stitch_frames import Appearance
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.timeline import Timeline

TAXONOMY = load_taxonomy()
PACKAGED = packaged_rules(TAXONOMY)
POSITIVE = RuleSet("1", tuple(replace(rule, none=()) for rule in PACKAGED.rules))
SECONDS, RATE = 40, 10
CLOCK = Timeline(
    SECONDS * NS,
    [frame * NS // RATE for frame in range(SECONDS * RATE)],
    SECONDS * NS,
    Fraction(RATE),
)
SHOTS = tuple(
    Shot(index, CLOCK.frame_span(100 * index, 100 * index + 100), Transition.CUT, 9_000)
    for index in range(4)
)
DONE = tuple(StageResult(feature.name, StageState.SUCCEEDED) for feature in FEATURES)
JUDGE = Judge([EngineFacts("asr", SPEECH_ACTIVITY, "e", "1", "bundled", available=True)])


@dataclass(frozen=True)
class Item:
    """Something observed from one second to another."""

    kind: str
    name: str
    start: int
    length: int
    score: int
    count: int = 1


def records(item: Item, number: int) -> tuple[Evidence, ...]:
    frames = [10 * at for at in range(item.start, min(SECONDS, item.start + item.length), 2)]
    return tuple(
        Evidence(item.kind, f"{item.kind}@1", CLOCK.frame_span(frame, frame + 1), item.name,
                 item.score, box=(0, 0, 900, 900), id=f"{number:08x}{frame:08x}/{copy}")
        for frame in frames
        for copy in range(item.count)
    )  # fmt: skip


def observed(items: Sequence[Item], stages: tuple[StageResult, ...] = DONE) -> Observed:
    seen, sounds, voices, said = [], [], [], []
    for number, item in enumerate(items):
        found = records(item, number)
        span = TimeSpan(item.start * NS, min(SECONDS, item.start + item.length) * NS)
        if item.kind == "sound":
            event = SoundEvent(item.name, "", span, item.score, references(found))
            sounds.append((event, found))
        elif item.kind == SPEECH_ACTIVITY:
            voices.append(structs.replace(found[0], span=span))
        elif item.kind == "speech":
            ref = references(found[:1])
            said.append(Utterance(span, item.name, (), "en", Understanding.UNDERSTOOD, 9_000, ref))
        else:
            shot = item.start // 10
            inside = tuple(r for r in found if (r.span.start_frame or 0) < 100 * shot + 100)
            seen.append(
                Appearance(item.kind, item.name, shot, inside[0].span.hull(inside[-1].span),
                           item.score, inside)
            )  # fmt: skip
    return Observed(
        timeline=CLOCK, taxonomy=TAXONOMY, judge=JUDGE, stages=stages,
        by_feature={SPEECH_ACTIVITY: voices}, shots=SHOTS, seen=seen, sounds=sounds,
        utterances=said, sampled=range(0, SECONDS * RATE, 20),
    )  # fmt: skip


NAMED = [
    *(("objects", name) for name in ("person", "dog", "car", "pizza", "cup", "cake", "frisbee")),
    *(("classes", name) for name in ("stage", "wok", "fire engine", "scoreboard", "rifle")),
    *(("sound", name) for name in ("Applause", "Cheering", "Music", "Sizzle", "Siren", "Fire")),
    *(("speech", words) for words in ("happy birthday", "a flood", "our recipe")),
    (SPEECH_ACTIVITY, "speech"),
]
items = st.builds(
    lambda named, start, length, score, count: Item(*named, start, length, score, count),
    st.sampled_from(NAMED),
    st.integers(0, SECONDS - 1),
    st.integers(1, 12),
    st.integers(5_000, 10_000),
    st.integers(1, 9),
)


def found(items: Sequence[Item], rules: RuleSet = POSITIVE) -> list[Event]:
    return [each.event for each in evaluate(rules, observed(items)).found]


@given(st.lists(items, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_what_is_observed_does_not_matter(
    listed: list[Item], dice: random.Random
) -> None:
    given_ = observed(listed)
    seen, sounds, said = list(given_.seen), list(given_.sounds), list(given_.utterances)
    for part in (seen, sounds, said):
        dice.shuffle(part)
    shuffled = replace(given_, seen=seen, sounds=sounds, utterances=said)
    assert evaluate(PACKAGED, shuffled) == evaluate(PACKAGED, given_)


@given(st.lists(items, max_size=10), st.lists(items, max_size=4))
def test_more_of_what_rules_ask_for_never_removes_nor_lowers_an_event(
    before: list[Item], more: list[Item]
) -> None:
    after = found([*before, *more])
    for event in found(before):
        assert any(
            other.rule_id == event.rule_id
            and other.span.start_ns <= event.span.start_ns
            and other.span.end_ns >= event.span.end_ns
            and other.score >= event.score
            and set(other.modalities) >= set(event.modalities)
            for other in after
        )


@given(st.lists(items, max_size=12))
def test_events_lie_in_the_media_and_name_their_evidence(listed: list[Item]) -> None:
    for event in found(listed):
        assert 0 <= event.span.start_ns < event.span.end_ns <= CLOCK.duration_ns
        assert 0 < event.score <= 10_000
        assert 2 <= len(event.evidence) <= MAX_REFS
        assert event.evidence_count >= len(event.evidence)
        assert {ref.modality for ref in event.evidence} == set(event.modalities)
        raws = [ref.raw_score for ref in event.evidence]
        assert raws == sorted(raws, reverse=True)


@given(st.lists(items, max_size=8))
def test_one_frame_of_one_engine_alone_makes_no_event(listed: list[Item]) -> None:
    alone = observed([replace(item, kind="objects", start=12, length=1) for item in listed])
    same = [
        structs.replace(
            each, records=tuple(structs.replace(r, engine="one@1") for r in each.records)
        )
        for each in alone.seen
    ]
    assert evaluate(POSITIVE, replace(alone, seen=same)).found == ()


def test_independent_modalities_raise_the_confidence() -> None:
    crowd = Item("objects", "person", 0, 9, 8_000, 9)
    (seen,) = found([crowd])
    both = next(e for e in found([crowd, Item("sound", "Crowd", 1, 6, 8_000)]))
    assert (seen.rule_id, both.rule_id) == ("crowd", "crowd")
    assert (seen.score, both.score) == (6_400, 7_530)  # .8 × .8; .8 × σ(2 L(.8))
    assert both.modalities == ("image", "sound")


def test_windows_with_a_short_gap_are_one_event_and_with_a_long_one_are_two() -> None:
    def spans(*starts: int) -> list[tuple[int, int]]:
        clapping = [Item("sound", "Applause", start, 3, 9_000) for start in starts]
        return [(e.span.start_ns // NS, e.span.end_ns // NS) for e in found(clapping)]

    assert spans(2, 7) == [(2, 10)]
    assert spans(2, 20) == [(2, 5), (20, 23)]


# --- whether anybody looked ----------------------------------------------------------------------


def stage(name: str, state: StageState, reason: str) -> tuple[StageResult, ...]:
    return tuple(StageResult(name, state, reason) if item.name == name else item for item in DONE)


def states(stages: tuple[StageResult, ...]) -> Evaluation:
    crowd = Item("objects", "person", 0, 9, 8_000, 9)
    clapping = Item("sound", "Applause", 2, 6, 9_000)
    return evaluate(PACKAGED, observed([crowd, clapping], stages))


def state_of(evaluation: Evaluation, rule_id: str) -> tuple[Any, ...]:
    (item,) = [item for item in evaluation.states if item.rule_id == rule_id]
    return item.state, item.reason, item.stages


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (StageState.NOT_CHECKED, "NO_ENGINE"),
        (StageState.NOT_CHECKED, "BUDGET"),
        (StageState.FAILED, "ENGINE_FAILED"),
        (StageState.SKIPPED, "NOT_REQUESTED"),
        (StageState.CANCELLED, "WALL_TIME"),
    ],
)
def test_what_nobody_looked_at_is_never_found_nor_denied(state: StageState, reason: str) -> None:
    evaluation = states(stage("sound", state, reason))
    assert state_of(evaluation, "applause") == (RuleState.NOT_EVALUATED, reason, ("sound",))
    assert state_of(evaluation, "crowd") == (RuleState.PARTLY_EVALUATED, reason, ("sound",))
    assert [item.event.rule_id for item in evaluation.found] == ["crowd"]


def test_a_track_that_is_not_there_was_looked_at() -> None:
    evaluation = states(stage("sound", StageState.SKIPPED, "NO_TRACK"))
    assert state_of(evaluation, "applause") == (RuleState.EVALUATED, "", ())


def test_what_must_not_be_there_must_be_known_not_to_be_there() -> None:
    rule = parse_rules(
        {"rule": [{"id": "quiet", "node": "people.crowd", "about": "quiet", "within": "shot",
                   "trust": 0.9, "all": [{"see": ["people.person"], "by": ["objects"]}],
                   "none": [{"hear": ["people.crowd"]}]}]},
        TAXONOMY,
    )  # fmt: skip
    person = [Item("objects", "person", 0, 9, 8_000)]
    lost = stage("sound", StageState.FAILED, "SERVICE_DOWN")
    assert len(evaluate(RuleSet("1", rule), observed(person)).found) == 1
    blind = evaluate(RuleSet("1", rule), observed(person, lost))
    assert blind.found == ()
    assert state_of(blind, "quiet") == (RuleState.NOT_EVALUATED, "SERVICE_DOWN", ("sound",))


def test_words_need_speech_that_was_understood() -> None:
    given_ = observed([Item("speech", "", 0, 9, 8_000)])
    lost = [replace(u, understanding=Understanding.NOT_UNDERSTOOD) for u in given_.utterances]
    evaluation = evaluate(PACKAGED, replace(given_, utterances=lost))
    assert state_of(evaluation, "wedding") == (
        RuleState.PARTLY_EVALUATED, "SPEECH_NOT_UNDERSTOOD", ("speech",),
    )  # fmt: skip
    again = evaluate(
        PACKAGED,
        replace(
            given_,
            utterances=lost,
            stages=stage("speech", StageState.NOT_CHECKED, "SPEECH_NOT_UNDERSTOOD"),
        ),
    )
    assert again == evaluation, "a replay sees the stage as it was left"


def test_that_somebody_speaks_is_known_without_a_recogniser() -> None:
    deaf = observed([], stage("speech", StageState.NOT_CHECKED, "NO_ENGINE"))
    assert state_of(evaluate(PACKAGED, deaf), "slide_lecture")[0] is RuleState.EVALUATED
    nobody = evaluate(PACKAGED, replace(deaf, judge=Judge([])))
    assert state_of(nobody, "slide_lecture") == (
        RuleState.NOT_EVALUATED, "NO_ENGINE", (SPEECH_ACTIVITY,),
    )  # fmt: skip


def test_voices_that_were_heard_stand_though_the_recogniser_failed() -> None:
    lost = stage("speech", StageState.FAILED, "SERVICE_DOWN")
    heard = observed([Item(SPEECH_ACTIVITY, "speech", 0, 9, 9_000)], lost)
    assert state_of(evaluate(PACKAGED, heard), "slide_lecture")[0] is RuleState.EVALUATED
    silent = evaluate(PACKAGED, observed([], lost))
    assert state_of(silent, "slide_lecture")[:2] == (RuleState.NOT_EVALUATED, "SERVICE_DOWN")


def test_of_a_running_job_nothing_is_denied() -> None:
    evaluation = evaluate(PACKAGED, observed([], ()))
    assert {state.state for state in evaluation.states} == {RuleState.NOT_EVALUATED}
    assert state_of(evaluation, "applause") == (RuleState.NOT_EVALUATED, "", ("sound",))


def test_states_come_in_the_order_of_the_rules() -> None:
    listed: list[Rule] = list(PACKAGED.rules)
    assert [s.rule_id for s in evaluate(PACKAGED, observed([])).states] == [r.id for r in listed]
