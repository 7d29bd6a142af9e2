"""What feeds labels: numbers of people, large text, events, and what is there at the same time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import (
    Event,
    EventRuleState,
    RuleState,
    Suggestion,
    TextKind,
    VerdictGroup,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.moderation.evaluate import moderate
from videre.orchestrator.moderation.template import (
    Category,
    Medium,
    ModerationTemplate,
    Rule,
    Unchecked,
)

PASS, REVIEW, BLOCK = Suggestion.PASS, Suggestion.REVIEW, Suggestion.BLOCK


def seen(*labels: str, category: Category = Category.TERRORISM, **more: object) -> Rule:
    return Rule(
        f"{category}.image", category, Medium.IMAGE, labels=labels, block=90, review=0, **more,  # type: ignore[arg-type]
    )  # fmt: skip


HEARD = Rule("terrorism.sound", Category.TERRORISM, Medium.SOUND, block=90, review=50)


def judged(given, *rules: Rule) -> VerdictGroup:  # type: ignore[no-untyped-def]
    template = ModerationTemplate("test", 1, rules, unchecked=Unchecked.PASS)
    return moderate(template, given).groups[0]


def sound(name: str, second: int, score: int = 9_000) -> Evidence:
    return Evidence(
        "sound", "sound@1", TimeSpan(second * NS, (second + 1) * NS), name, score,
        id=f"sound-{name}-{second}-{score}/0",
    )  # fmt: skip


def people(frame, at: int, *scores: int, feature: str = "objects", name: str = "person"):  # type: ignore[no-untyped-def]
    """Return people in one frame; each is a record of its own."""
    return [
        structs.replace(frame(feature, name, at, score), id=f"{feature}-{at}-{number}/0")
        for number, score in enumerate(scores)
    ]


@pytest.mark.parametrize(("feature", "name"), [("objects", "person"), ("faces", "face")])
def test_ten_people_in_one_frame_are_a_crowd(make, frame, feature: str, name: str) -> None:  # type: ignore[no-untyped-def]
    ten = people(frame, 0, *[10_000] * 10, feature=feature, name=name)
    group = judged(make(ten), seen("crowd"))
    assert (group.suggestion, group.score, group.label) == (BLOCK, 10_000, "crowd")
    assert len(group.segments[0].evidence) == 10
    assert judged(make(ten[1:]), seen("crowd")).suggestion is PASS


def test_ten_people_in_two_frames_are_none(make, frame) -> None:  # type: ignore[no-untyped-def]
    some = people(frame, 0, *[10_000] * 5) + people(frame, 75, *[10_000] * 5)
    assert judged(make(some), seen("crowd")).suggestion is PASS


def test_a_crowd_is_as_sure_as_its_people(make, frame) -> None:  # type: ignore[no-untyped-def]
    group = judged(make(people(frame, 0, *[9_000] * 12)), seen("crowd"))
    assert (group.suggestion, group.score) == (REVIEW, 8_891)
    assert judged(make(people(frame, 0, *[9_000] * 10)), seen("crowd")).segments == ()


def test_people_below_their_threshold_are_not_counted(make, frame) -> None:  # type: ignore[no-untyped-def]
    assert judged(make(people(frame, 0, *[4_999] * 50)), seen("crowd")).segments == ()


def banner(line, kind: TextKind = TextKind.FIXED, height: int = 1_000):  # type: ignore[no-untyped-def]
    return structs.replace(line("FREEDOM"), box=(1_000, 1_000, 4_000, height), kind=kind)


def test_large_text_over_people_is_a_banner(make, frame, line) -> None:  # type: ignore[no-untyped-def]
    five = people(frame, 0, *[9_900] * 5)
    group = judged(make(five, text_lines=[banner(line)]), seen("banners"))
    assert (group.suggestion, group.label) == (BLOCK, "banners")
    assert group.score == 9_510  # as sure as that there are five


@pytest.mark.parametrize(
    "change", [{"height": 999}, {"kind": TextKind.SUBTITLE}, {"kind": TextKind.CRAWL}]
)
def test_small_text_and_subtitles_are_no_banners(make, frame, line, change) -> None:  # type: ignore[no-untyped-def]
    given = make(people(frame, 0, *[9_900] * 5), text_lines=[banner(line, **change)])
    assert judged(given, seen("banners")).segments == ()


def test_a_banner_needs_people_at_the_same_time(make, frame, line) -> None:  # type: ignore[no-untyped-def]
    later = [*people(frame, 50, *[9_900] * 5), frame("colors", "red", 0, 5_000)]
    assert judged(make(later, text_lines=[banner(line)]), seen("banners")).segments == ()
    assert judged(make([], text_lines=[banner(line)]), seen("banners")).segments == ()


def test_a_person_with_a_rifle_is_armed_and_a_rifle_alone_is_a_weapon(make, frame) -> None:  # type: ignore[no-untyped-def]
    rifle = frame("classes", "rifle", 0, 9_500)
    group = judged(make([rifle, *people(frame, 0, 8_000)]), seen("militant", "guns"))
    assert [(one.label, one.score) for one in group.segments] == [
        ("guns", 9_500),
        ("militant", 8_000),
    ]
    group = judged(make([rifle]), seen("militant", "guns"))
    assert [one.label for one in group.segments] == ["guns"]


@pytest.mark.parametrize("weapon", ["revolver", "missile", "assault rifle", "projectile", "cannon"])
def test_weapons_are_told_by_class(make, frame, weapon: str) -> None:  # type: ignore[no-untyped-def]
    assert judged(make([frame("classes", weapon, 0, 9_500)]), seen()).label == "guns"


def test_police_cars_and_uniforms_are_told_by_class(make, frame) -> None:  # type: ignore[no-untyped-def]
    assert judged(make([frame("classes", "police van", 0, 9_500)]), seen()).label == "police"
    uniform = make([frame("classes", "military uniform", 0, 9_500)])
    assert judged(uniform, seen(category=Category.POLITICAL)).label == "military"


def test_what_is_heard_feeds_pictures_where_no_rule_listens(make) -> None:  # type: ignore[no-untyped-def]
    given = make([sound("Gunshot, gunfire", 3), sound("Explosion", 9, 9_500)])
    found = judged(given, seen("guns", "explosion"))
    assert [(one.label, one.picture) for one in found.segments] == [("explosion", ""), ("guns", "")]
    assert judged(given, seen("guns", "explosion"), HEARD).segments == ()
    assert {one.label for one in judged(given, HEARD).segments} == {"guns", "explosion"}


def test_nothing_is_found_in_a_medium_that_is_not_there(make) -> None:  # type: ignore[no-untyped-def]
    given = make([sound("Gunshot, gunfire", 3)])
    media = replace(given.analysis.media, video=None)
    given = replace(given, analysis=replace(given.analysis, media=media))
    group = judged(given, seen("guns"))
    assert (group.segments, group.coverage[0].state) == ((), "no_track")


@pytest.mark.parametrize(
    ("name", "label"),
    [("Screaming", "scream"), ("Machine gun", "guns"), ("Explosion", "explosion")],
)
def test_sounds_have_labels_of_their_own(make, name: str, label: str) -> None:  # type: ignore[no-untyped-def]
    assert judged(make([sound(name, 3)]), HEARD).label == label


@pytest.mark.parametrize("name", ["Wail, moan", "Groan"])
def test_moaning_is_told_by_its_classes(make, name: str) -> None:  # type: ignore[no-untyped-def]
    rule = Rule("porn.sound", Category.PORN, Medium.SOUND, labels=("moan",), review=50)
    assert judged(make([sound(name, 3)]), rule).label == "moan"


def test_blood_is_much_red_beside_a_scream(make, frame) -> None:  # type: ignore[no-untyped-def]
    red = frame("colors", "red", 25, 3_500)
    scream = sound("Screaming", 1)
    assert judged(make([red, scream]), seen("bloody")).label == "bloody"
    assert judged(make([red]), seen("bloody")).segments == ()
    assert judged(make([frame("colors", "red", 25, 3_499), scream]), seen("bloody")).segments == ()
    assert judged(make([red, sound("Screaming", 30)]), seen("bloody")).segments == ()


@pytest.mark.parametrize(
    ("beside", "label"),
    [(("classes", "bikini", 1), "vulgar"), (("faces", "face", 2), "intimacy")],
)
def test_doubt_about_nudity_is_decided_by_what_is_beside_it(make, frame, beside, label) -> None:  # type: ignore[no-untyped-def]
    feature, name, count = beside
    also = people(frame, 0, *[9_000] * count, feature=feature, name=name)
    rule = seen("vulgar", "intimacy", category=Category.PORN)
    group = judged(make([frame("nsfw", "nsfw", 0, 3_000), *also]), rule)
    assert (group.label, group.score) == (label, 3_000)
    assert judged(make([frame("nsfw", "nsfw", 0, 2_999), *also]), rule).segments == ()


def test_a_shooting_is_what_the_event_rule_says(make) -> None:  # type: ignore[no-untyped-def]
    given = make()
    span = TimeSpan(0, 20 * NS, 0, 500)
    shooting = Event("shooting", "event.shooting", span, 7_500, ("sound",), (), 0)
    state = EventRuleState("shooting", "event.shooting", RuleState.EVALUATED)
    analysis = replace(given.analysis, events=(shooting,), event_rules=(state,))
    group = judged(replace(given, analysis=analysis), seen("scenario"))
    assert (group.suggestion, group.label, group.score) == (REVIEW, "scenario", 7_500)
    assert [one.state for one in group.coverage] == ["checked"]


@pytest.mark.parametrize(
    ("state", "stage_state", "expected"),
    [
        (RuleState.EVALUATED, "SUCCEEDED", "checked"),
        (RuleState.PARTLY_EVALUATED, "NOT_CHECKED", "not_checked"),
        (RuleState.NOT_EVALUATED, "NOT_CHECKED", "not_checked"),
        (RuleState.NOT_EVALUATED, "FAILED", "failed"),
    ],
)
def test_an_event_rule_without_its_stages_says_nothing(  # type: ignore[no-untyped-def]
    make, stage, state: RuleState, stage_state: str, expected: str
) -> None:
    given = make(stages={"sound": stage("sound", stage_state, "WHY")})
    rule = EventRuleState("shooting", "event.shooting", state, "WHY", ("sound",))
    given = replace(given, analysis=replace(given.analysis, event_rules=(rule,)))
    assert judged(given, seen("scenario")).coverage[0].state == expected


def test_a_still_picture_is_one_time(make, frame) -> None:  # type: ignore[no-untyped-def]
    still = TimeSpan(0, 0, 0, 1)
    given = make([
        structs.replace(frame("classes", "rifle", 0, 9_000), span=still),
        structs.replace(frame("objects", "person", 0, 9_000), span=still),
    ])  # fmt: skip
    assert judged(given, seen("militant")).label == "militant"


def test_of_several_things_at_a_time_the_strongest_counts(make, frame) -> None:  # type: ignore[no-untyped-def]
    given = make([
        frame("classes", "rifle", 0, 9_900), *people(frame, 0, 6_000, 9_300, 7_000),
    ])  # fmt: skip
    group = judged(given, seen("militant"))
    assert group.score == 9_300
    assert len(group.segments[0].evidence) == 2
