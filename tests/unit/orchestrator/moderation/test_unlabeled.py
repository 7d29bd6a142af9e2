"""Much loud sound that is neither speech nor named asks for a person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import AudioKind, AudioSegment, Suggestion
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.moderation.evaluate import moderate
from videre.orchestrator.moderation.template import (
    Category,
    Medium,
    ModerationTemplate,
    Rule,
    Unchecked,
    UnlabeledSound,
)

HEARD = Rule("terrorism.sound", Category.TERRORISM, Medium.SOUND, review=80)
SEEN = Rule("porn.image", Category.PORN, Medium.IMAGE, review=80)
LIMITS = UnlabeledSound(level_dbfs=-30, ms=5_000, percent=50)


def window(second: int, level: int, *names: str, score: int = 9_000) -> list[Evidence]:
    """Return a window of two seconds, half of which belongs to the next one."""
    span = TimeSpan(second * NS, (second + 2) * NS)
    level_e4 = {"level_dbfs": level * 10_000}
    made = [Evidence("sound", "sound@1", span, attributes=level_e4, id=f"{second}/0")]
    for number, name in enumerate(names, 1):
        made.append(Evidence("sound", "sound@1", span, name, score, id=f"{second}/{number}"))
    return made


def track(*windows: list[Evidence]) -> list[Evidence]:
    return [record for found in windows for record in found]


def verdict(make, evidence, spoken=(), limits=LIMITS, **stages):  # type: ignore[no-untyped-def]
    given = make(evidence, **stages)
    segments = tuple(
        AudioSegment(AudioKind.SPEECH, TimeSpan(start * NS, end * NS), 9_000)
        for start, end in spoken
    )
    given = replace(given, analysis=replace(given.analysis, audio_segments=segments))
    template = ModerationTemplate(
        "test", 1, (HEARD, SEEN), unchecked=Unchecked.PASS, unlabeled_sound=limits
    )
    return moderate(template, given)


LOUD = track(*(window(second, -20) for second in range(6)))


def test_loud_sound_without_a_name_asks_for_a_person_even_where_the_unchecked_passes(make) -> None:  # type: ignore[no-untyped-def]
    found = verdict(make, LOUD)  # 7 s: the last window is its own to the end
    heard, seen = found.groups
    assert (heard.suggestion, heard.reason) == (Suggestion.REVIEW, "UNLABELED_SOUND")
    assert {(one.state, one.reason) for one in heard.coverage} == {
        ("not_checked", "UNLABELED_SOUND"), ("not_checked", "NO_ENGINE"),
    }  # fmt: skip
    assert seen.suggestion is Suggestion.PASS
    assert not found.coverage_complete


def test_without_limits_it_is_nobodys_matter(make) -> None:  # type: ignore[no-untyped-def]
    assert verdict(make, LOUD, limits=None).suggestion is Suggestion.PASS


@pytest.mark.parametrize(
    ("ms", "percent", "asked"),
    [(6_999, 99, True), (7_000, 99, False), (0, 100, False), (0, 0, True)],
)
def test_it_must_be_longer_than_the_length_and_more_than_the_share(  # type: ignore[no-untyped-def]
    make, ms: int, percent: int, asked: bool
) -> None:
    limits = UnlabeledSound(level_dbfs=-30, ms=ms, percent=percent)
    found = verdict(make, LOUD, limits=limits).suggestion
    assert found is (Suggestion.REVIEW if asked else Suggestion.PASS)


@pytest.mark.parametrize(
    "evidence",
    [
        [],
        track(*(window(second, -31) for second in range(20))),
        track(*(window(second, -20, "Music") for second in range(20))),
    ],
    ids=["nothing heard", "too quiet", "named"],
)
def test_what_is_quiet_or_named_is_not_counted(make, evidence) -> None:  # type: ignore[no-untyped-def]
    assert verdict(make, evidence).suggestion is Suggestion.PASS


@pytest.mark.parametrize(("name", "score"), [("Music", 3_999), ("Silence", 10_000)])
def test_a_name_that_is_no_detection_and_silence_are_no_names(make, name: str, score: int) -> None:  # type: ignore[no-untyped-def]
    evidence = track(*(window(second, -20, name, score=score) for second in range(6)))
    assert verdict(make, evidence).suggestion is Suggestion.REVIEW


def test_speech_is_no_unlabeled_sound(make) -> None:  # type: ignore[no-untyped-def]
    assert verdict(make, LOUD, spoken=[(0, 1), (1, 4)]).suggestion is Suggestion.PASS
    assert verdict(make, LOUD, spoken=[(0, 1)]).suggestion is Suggestion.REVIEW


def test_a_failed_stage_is_incomplete_first(make, stage) -> None:  # type: ignore[no-untyped-def]
    failed = {"sound": stage("sound", "FAILED", "ENGINE_FAILED")}
    assert verdict(make, LOUD, stages=failed).groups[0].reason == "INCOMPLETE"


def test_the_order_of_the_records_is_nothing(make) -> None:  # type: ignore[no-untyped-def]
    assert verdict(make, LOUD[::-1]).suggestion is Suggestion.REVIEW
