"""Whether somebody looked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from videre.common.errors import Reason, VidereError
from videre.orchestrator.document import Understanding
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.moderation.coverage import (
    asked_classes,
    asked_features,
    check_required,
    coverage_of,
)
from videre.orchestrator.moderation.presets import CAREFUL, VENDOR
from videre.orchestrator.moderation.template import (
    Category,
    Medium,
    ModerationTemplate,
    Rule,
    UnlabeledSound,
)

PORN_IMAGE = Rule("porn.image", Category.PORN, Medium.IMAGE, review=50)
SPEECH = Rule("porn.speech", Category.PORN, Medium.SPEECH, review=75, word_lists=("porn-en",))


def states(rule: Rule, make) -> dict[str, tuple[str, str]]:  # type: ignore[no-untyped-def]
    found = coverage_of(rule, make.analysis, Judge(make.engines))
    return {item.label: (item.state.value, item.reason) for item in found}


def test_a_label_is_checked_only_by_an_engine_that_knows_it(make) -> None:  # type: ignore[no-untyped-def]
    assert states(PORN_IMAGE, make()) == {
        "porn": ("checked", ""),
        "vulgar": ("not_checked", "NO_ENGINE"),
        "intimacy": ("not_checked", "NO_ENGINE"),
        "sexy": ("checked", ""),
    }
    assert states(PORN_IMAGE, make(engines=[]))["porn"] == ("not_checked", "NO_ENGINE")


@pytest.mark.parametrize(
    ("state", "reason", "expected"),
    [
        ("SUCCEEDED", "", ("checked", "")),
        ("FAILED", "ENGINE_FAILED", ("failed", "ENGINE_FAILED")),
        ("NOT_CHECKED", "BUDGET", ("not_checked", "BUDGET")),
        ("SKIPPED", "NOT_REQUESTED", ("not_checked", "NOT_REQUESTED")),
        ("SKIPPED", "NO_TRACK", ("no_track", "NO_TRACK")),
        ("CANCELLED", "WALL_TIME", ("not_checked", "WALL_TIME")),
    ],
)
def test_the_state_of_the_stage_is_the_state_of_the_label(  # type: ignore[no-untyped-def]
    make, stage, state, reason, expected
) -> None:
    looked = make(stages={"nsfw": stage("nsfw", state, reason)})
    assert states(PORN_IMAGE, looked)["porn"] == expected


def test_a_stage_that_never_was_is_not_checked(make) -> None:  # type: ignore[no-untyped-def]
    empty = make()
    empty = replace(empty, analysis=replace(empty.analysis, stages=()))
    assert states(PORN_IMAGE, empty)["porn"] == ("not_checked", "NOT_REQUESTED")


def test_without_the_track_there_is_nothing_to_look_at(make) -> None:  # type: ignore[no-untyped-def]
    silent = make()
    media = replace(silent.analysis.media, audio=None)
    silent = replace(silent, analysis=replace(silent.analysis, media=media))
    assert states(SPEECH, silent) == {"": ("no_track", "NO_TRACK")}


def test_words_without_a_list_are_nobodys_work(make) -> None:  # type: ignore[no-untyped-def]
    assert states(replace(SPEECH, word_lists=()), make()) == {"": ("not_checked", "NO_ENGINE")}


@pytest.mark.parametrize("doubt", [Understanding.UNCERTAIN, Understanding.NOT_UNDERSTOOD])
@pytest.mark.parametrize(
    ("understood", "lost", "state"),
    [
        (100, 3, "checked"),
        (100, 4, "not_checked"),
        (9, 1, "checked"),
        (8, 1, "not_checked"),
        (0, 1, "not_checked"),
    ],
)
def test_more_than_three_seconds_or_a_tenth_not_understood_is_not_checked(  # type: ignore[no-untyped-def]
    make, utterance, doubt, understood, lost, state
) -> None:
    spoken = [utterance("", 0, understanding=doubt, seconds=lost)]
    if understood:
        spoken.append(utterance("yes", 10, seconds=understood))
    assert states(SPEECH, make(utterances=spoken))[""][0] == state


def test_no_speech_at_all_is_checked(make) -> None:  # type: ignore[no-untyped-def]
    assert states(SPEECH, make())[""] == ("checked", "")


def test_a_rule_for_what_no_engine_knows_is_not_checked(make) -> None:  # type: ignore[no-untyped-def]
    unknown = Rule("custom.image", Category.CUSTOM, Medium.IMAGE, review=50)
    assert states(unknown, make()) == {"": ("not_checked", "NO_ENGINE")}


def test_the_state_of_every_label_of_the_vendors_template(make) -> None:  # type: ignore[no-untyped-def]
    """With engines that look: what none of them tells is named."""
    given = make()
    found = {
        (rule.category.value, label): state
        for rule in VENDOR.rules
        if rule.medium is Medium.IMAGE and rule.enabled
        for label, state in states(rule, given).items()
    }
    checked = {label for (_, label), (state, _) in found.items() if state == "checked"}
    assert checked == {"porn", "sexy", "guns", "crowd", "banners", "militant", "military"}
    nobody, libraries = ("not_checked", "NO_ENGINE"), ("not_checked", "NO_SAMPLES")
    assert found["terrorism", "police"] == nobody  # no class of the engines here
    assert found["terrorism", "explosion"] == nobody  # which is heard, not seen
    assert found["terrorism", "bloody"] == nobody
    assert found["terrorism", "terrorists"] == found["political", "politician"] == libraries
    assert len(found) == 20


def test_what_must_be_there_together_is_looked_at_where_all_of_it_is(make, stage) -> None:  # type: ignore[no-untyped-def]
    banners = Rule("t", Category.TERRORISM, Medium.IMAGE, labels=("banners",), review=50)
    unread = make(stages={"text": stage("text", "NOT_CHECKED", "NO_ENGINE")})
    assert states(banners, unread)["banners"] == ("not_checked", "NO_ENGINE")
    failed = make(stages={"objects": stage("objects", "FAILED", "ENGINE_FAILED")})
    assert states(banners, failed)["banners"] == ("failed", "ENGINE_FAILED")
    assert states(banners, make())["banners"] == ("checked", "")


def test_what_nothing_feeds_is_looked_for_where_all_below_it_is(make) -> None:  # type: ignore[no-untyped-def]
    labels = ("swimwear_or_underwear", "violence")
    rules = {one: Rule("t", Category.PORN, Medium.IMAGE, labels=(one,)) for one in labels}
    knows = {"bikini": 5_000, "swimming trunks": 5_000, "rifle": 5_000}
    given = make(engines=[replace(make().engines[1], class_thresholds=knows)])
    swimwear = states(rules["swimwear_or_underwear"], given)
    assert swimwear == {"swimwear_or_underwear": ("checked", "")}
    assert states(rules["swimwear_or_underwear"], make())["swimwear_or_underwear"] == (
        "not_checked", "NO_ENGINE",
    )  # fmt: skip
    violence = replace(rules["violence"], category=Category.TERRORISM)
    assert states(violence, given)["violence"][0] == "not_checked"


def test_a_template_asks_for_classes_where_not_every_record_counts() -> None:
    guns = Rule("t", Category.TERRORISM, Medium.IMAGE, labels=("guns",), review=50)
    template = ModerationTemplate("t", 1, (guns,))
    classes = asked_classes(template)
    assert set(classes) == {"classes", "sound"}
    assert "rifle" in classes["classes"]
    assert asked_classes(replace(template, unlabeled_sound=UnlabeledSound())).keys() == {"classes"}
    assert asked_classes(ModerationTemplate("t", 1, (replace(guns, enabled=False),))) == {}


def test_a_template_asks_for_the_evidence_of_its_own_labels() -> None:
    guns = Rule("t", Category.TERRORISM, Medium.IMAGE, labels=("guns",), review=50)
    assert asked_features(ModerationTemplate("t", 1, (guns,))) == {"classes", "sound"}
    assert asked_features(ModerationTemplate("t", 1, (SPEECH,))) == frozenset()
    assert asked_features(ModerationTemplate("t", 1, (replace(guns, enabled=False),))) == set()
    armed = replace(guns, labels=("militant", "crowd"))
    template = ModerationTemplate("t", 1, (armed,))
    assert asked_features(template) == {"classes", "objects", "faces"}
    assert asked_features(
        replace(template, rules=(replace(armed, labels=("militant",)),)), first=True
    ) == {"classes"}
    limits = UnlabeledSound()
    alone = ModerationTemplate("t", 1, (SPEECH,), unlabeled_sound=limits)
    assert asked_features(alone) == {"sound"}


def test_a_required_label_must_belong_to_a_rule() -> None:
    check_required(replace(CAREFUL, required=("porn/image/porn", "porn/speech/")))
    with pytest.raises(VidereError) as refused:
        check_required(replace(CAREFUL, required=("ad/image/logo",)))
    assert refused.value.reason is Reason.FIELD_INVALID
