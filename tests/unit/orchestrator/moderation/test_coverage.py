"""Whether somebody looked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from videre.common.errors import Reason, VidereError
from videre.orchestrator.document import Understanding
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.moderation.coverage import SOURCES, check_required, coverage_of
from videre.orchestrator.moderation.presets import CAREFUL, VENDOR
from videre.orchestrator.moderation.template import Category, Medium, ModerationTemplate, Rule

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


@pytest.mark.parametrize("template", [CAREFUL, VENDOR], ids=lambda t: t.template_id)
def test_the_table_names_every_label_of_the_presets(template: ModerationTemplate) -> None:
    for rule in template.rules:
        if rule.enabled and rule.medium in (Medium.IMAGE, Medium.SOUND):
            assert set(rule.labels) <= set(SOURCES[rule.category, rule.medium])


def test_a_required_label_must_belong_to_a_rule() -> None:
    check_required(replace(CAREFUL, required=("porn/image/porn", "porn/speech/")))
    with pytest.raises(VidereError) as refused:
        check_required(replace(CAREFUL, required=("ad/image/logo",)))
    assert refused.value.reason is Reason.FIELD_INVALID
