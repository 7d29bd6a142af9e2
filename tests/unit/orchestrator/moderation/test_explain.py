"""Why a rule says what it says: what stayed below a threshold is told too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from videre.orchestrator.document import StageResult, StageState, TextLine
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.moderation.evaluate import moderate
from videre.orchestrator.moderation.explain import GroupWhy, Outcome, block_withheld, explain
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.template import Category, Medium, ModerationTemplate, Rule

LAX = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
Make = Callable[..., ModerationInput]
Frame = Callable[..., Evidence]
Line = Callable[..., TextLine]
PORN = Rule("porn.image", Category.PORN, Medium.IMAGE, block=90, review=70, labels=("porn",))
DRUGS = Rule(
    "drugs", Category.PROHIBITED, Medium.TEXT, review=95, word_lists=("drugs-en",), block=100
)


def why(given: ModerationInput, *rules: Rule, known: bool = True) -> tuple[GroupWhy, ...]:
    template = ModerationTemplate("t", 1, rules)
    return explain(moderate(template, given), template, given if known else None)


def test_what_reaches_a_threshold_is_a_hit(make: Make, frame: Frame) -> None:
    (group,) = why(make([frame("nsfw", "nsfw", 5, 9_500)]), PORN)
    assert (group.outcome, group.rule) == (Outcome.HIT, PORN)
    (label,) = group.labels
    assert label.highest is not None
    assert (label.highest.score, label.highest.threshold) == (9_500, 5_000)
    (source,) = label.sources
    assert (source.feature, source.classes) == ("nsfw", ("hentai", "nsfw", "porn"))
    assert source.engine is not None
    assert source.engine.id == "nsfw@1"


def test_below_a_threshold_below_detection_and_nothing_are_three_things(
    make: Make, frame: Frame
) -> None:
    low = frame("nsfw", "nsfw", 5, 3_000)
    (detected,) = why(make([low, frame("nsfw", "nsfw", 9, 6_000)]), PORN)
    (scored,) = why(make([low]), PORN)
    (nothing,) = why(make(), PORN)
    (zero,) = why(make([structs.replace(low, score=0)]), PORN)
    assert [one.outcome for one in (detected, scored, nothing, zero)] == [
        Outcome.BELOW_THRESHOLD, Outcome.NOT_DETECTED, Outcome.NOTHING_FOUND, Outcome.NOT_DETECTED,
    ]  # fmt: skip
    assert detected.labels[0].highest is not None
    assert detected.labels[0].highest.score == 6_000
    assert nothing.labels[0].highest is None, "no score is not the score 0"
    assert zero.labels[0].highest is not None
    assert zero.labels[0].highest.score == 0


def test_who_did_not_look_found_nothing_for_another_reason(make: Make, frame: Frame) -> None:
    absent = StageResult("nsfw", StageState.NOT_CHECKED, "NO_ENGINE")
    failed = StageResult("nsfw", StageState.FAILED, "ENGINE_FAILED")
    (unchecked,) = why(make(stages={"nsfw": absent}), PORN)
    seen = [frame("nsfw", "nsfw", 5, 6_000)]
    (broken,) = why(make(seen, stages={"nsfw": failed}), PORN)
    silent = replace(make().analysis.media, audio=None)
    (trackless,) = why(make(media=silent), Rule("s", Category.TERRORISM, Medium.SOUND, review=80))
    (off,) = why(make(), replace(PORN, enabled=False))
    assert [one.outcome for one in (unchecked, broken, trackless, off)] == [
        Outcome.NOT_CHECKED, Outcome.FAILED, Outcome.NO_TRACK, Outcome.OFF,
    ]  # fmt: skip
    assert unchecked.labels[0].coverage.reason == "NO_ENGINE"
    assert off.group is None


def test_the_surest_word_below_a_threshold_is_told(make: Make, line: Line) -> None:
    given = make(text_lines=[line("Who sells cocaine here?", score=9_000)])
    (group,) = why(given, DRUGS)
    assert group.outcome is Outcome.BELOW_THRESHOLD
    highest = group.labels[0].highest
    assert highest is not None
    assert highest.hit is not None
    assert [word.text for word in highest.hit.words] == ["cocaine"]
    (clean,) = why(make(text_lines=[line("Hello.")]), DRUGS)
    assert (clean.outcome, clean.labels[0].highest) == (Outcome.NOTHING_FOUND, None)


def test_without_what_was_judged_or_the_template_the_verdict_still_tells(
    make: Make, frame: Frame
) -> None:
    given = make([frame("nsfw", "nsfw", 5, 6_000)])
    (unknown,) = why(given, PORN, known=False)
    assert (unknown.outcome, unknown.labels[0].highest) == (Outcome.UNKNOWN, None)
    verdict = moderate(ModerationTemplate("t", 1, (PORN,)), given)
    (gone,) = explain(verdict, None, given)
    assert (gone.rule, gone.outcome, gone.category) == (None, Outcome.UNKNOWN, "porn")


def test_a_block_that_lacks_a_second_medium_is_told(make: Make, frame: Frame) -> None:
    rule = replace(PORN, block_needs_second_medium=True)
    (group,) = why(make([frame("nsfw", "nsfw", 5, 9_000)]), rule)
    assert group.group is not None
    (segment,) = group.group.segments
    assert block_withheld(rule, segment)
    assert not block_withheld(replace(rule, block=91), segment)
    assert not block_withheld(PORN, segment)
    assert not block_withheld(None, segment)


def test_what_several_records_tell_together_is_told_as_one(make: Make, frame: Frame) -> None:
    crowd = Rule("c", Category.TERRORISM, Medium.IMAGE, review=95, labels=("crowd", "banners"))
    ten = [structs.replace(frame("objects", "person", 5, 9_990), id=f"p/{at}") for at in range(10)]
    (group,) = why(make(ten), crowd)
    crowded, banners = group.labels
    assert crowded.highest is not None
    assert crowded.highest.hit is not None
    assert (crowded.highest.score, len(crowded.highest.hit.refs)) == (9_900, 10)
    assert group.outcome is Outcome.HIT
    assert banners.highest is None, "people alone are no banner"
    assert [(one.feature, one.classes) for one in banners.sources] == [
        ("objects", ("person",)), ("text", ()),
    ]  # fmt: skip


@LAX
@given(scores=st.lists(st.integers(0, 10_000), max_size=6), review=st.integers(0, 100))
def test_the_highest_score_decides_in_any_order(
    make: Make, frame: Frame, scores: list[int], review: int
) -> None:
    """A hit exactly where the highest detection reaches the threshold; order does not matter."""
    rule = replace(PORN, block=None, review=review)
    records = [frame("nsfw", "nsfw", at, score) for at, score in enumerate(scores)]
    (group,), (turned,) = why(make(records), rule), why(make(records[::-1]), rule)
    assert (group.outcome, group.labels) == (turned.outcome, turned.labels)
    best = max(scores, default=-1)
    highest = group.labels[0].highest
    assert (highest.score if highest else -1) == best
    assert (group.outcome is Outcome.HIT) == (best >= max(5_000, review * 100))
