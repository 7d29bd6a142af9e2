"""What another engine saw takes the place of one engine's evidence, and of nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from videre.orchestrator.document import Suggestion
from videre.orchestrator.moderation.evaluate import moderate
from videre.orchestrator.moderation.other_engine import Sighting, seen_by
from videre.orchestrator.moderation.sights import sampled_spans
from videre.orchestrator.moderation.template import Category, Medium, ModerationTemplate, Rule

PORN = Rule("porn.image", Category.PORN, Medium.IMAGE, block=90, review=50, labels=("porn",))
GUNS = Rule("terrorism.image", Category.TERRORISM, Medium.IMAGE, review=50, labels=("guns",))
TEXT = Rule("t", Category.PROHIBITED, Medium.TEXT, review=50, word_lists=("drugs-en",))
TEMPLATE = ModerationTemplate("t", 1, (PORN, GUNS, TEXT))


def other(given, feature: str, **engine: object) -> Sighting:  # type: ignore[no-untyped-def]
    """Return what another version of a feature's engine saw, in an analysis of its own."""
    old = next(one for one in given.engines if one.feature == feature)
    changed = replace(old, version="2", **engine)  # type: ignore[arg-type]
    mine = [structs.replace(r, engine=changed.id) for r in given.evidence if r.feature == feature]
    return Sighting(changed, given.analysis, mine)


def test_the_other_engine_decides_by_its_own_scores_and_cap(make, frame) -> None:  # type: ignore[no-untyped-def]
    rifle = frame("classes", "assault rifle", 5, 8_000)
    given = make([frame("nsfw", "nsfw", 0, 9_500), rifle])
    assert moderate(TEMPLATE, given).suggestion is Suggestion.BLOCK
    milder = make([frame("nsfw", "nsfw", 25, 6_000)])
    verdict = moderate(TEMPLATE, seen_by(given, other(milder, "nsfw")))
    porn, guns, _ = verdict.groups
    assert (porn.suggestion, porn.score) == (Suggestion.REVIEW, 6_000)
    assert guns.segments[0].evidence[0].id == rifle.id
    capped = seen_by(given, other(given, "nsfw", score_cap=8_900))
    assert moderate(TEMPLATE, capped).groups[0].score == 8_900


def test_what_it_could_not_finish_is_incomplete(make, stage) -> None:  # type: ignore[no-untyped-def]
    given = make()
    failed = make(stages={"nsfw": stage("nsfw", "FAILED", "ENGINE_FAILED")})
    porn = moderate(TEMPLATE, seen_by(given, other(failed, "nsfw"))).groups[0]
    assert (porn.suggestion, porn.reason) == (Suggestion.REVIEW, "INCOMPLETE")


def test_another_reader_brings_its_lines(make, line) -> None:  # type: ignore[no-untyped-def]
    given, read = make(), make(text_lines=[line("cocaine")])
    engine = replace(given.engines[0], feature="text", name="reader")
    verdict = moderate(TEMPLATE, seen_by(given, Sighting(engine, read.analysis, ())))
    assert verdict.groups[2].label == "drugs"
    engine = replace(engine, feature="nsfw")
    verdict = moderate(TEMPLATE, seen_by(given, Sighting(engine, read.analysis, ())))
    assert verdict.groups[2].segments == ()


@pytest.mark.parametrize("feature", ["nsfw", "classes", "sound"])
def test_the_same_engine_again_changes_nothing(make, frame, feature: str) -> None:  # type: ignore[no-untyped-def]
    given = make([frame("nsfw", "nsfw", 0, 9_500), frame("classes", "assault rifle", 5, 8_000)])
    same = next(one for one in given.engines if one.feature == feature)
    mine = [record for record in given.evidence if record.feature == feature]
    again = seen_by(given, Sighting(same, given.analysis, mine))
    assert moderate(TEMPLATE, again) == moderate(TEMPLATE, given)
    known = replace(given, sampled=sampled_spans(given.evidence))
    spans = seen_by(known, Sighting(same, given.analysis, mine, known.sampled or ()))
    assert spans.sampled == known.sampled
    assert moderate(TEMPLATE, spans) == moderate(TEMPLATE, given)
    assert {r.id for r in again.evidence} == {r.id for r in given.evidence}
