"""Headings that begin chapters, and words that look like one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from filmed import clock

from videre.common.values import NS
from videre.orchestrator.document import (
    EvidenceRef,
    SceneKind,
    Shot,
    TextKind,
    TextLine,
    TitleSource,
    Transition,
    Understanding,
    Utterance,
)
from videre.orchestrator.fusion.chapters import headings
from videre.orchestrator.fusion.structure import chapters

CLOCK = clock(2_500)


def line(text: str, start_s: float, kind: TextKind = TextKind.FIXED) -> TextLine:
    span = CLOCK.with_frames(round(start_s * NS), round((start_s + 3) * NS))
    ref = EvidenceRef("0123456789abcdef/0", "text", "e@1", 9_500, span)
    box = (2_000, 4_000, 6_000, 900)
    return TextLine(text, span, (0,) * 8, box, 9_500, "en", kind, (ref,))


def said(text: str, start_s: float, *, understood: bool = True) -> Utterance:
    span = CLOCK.with_frames(round(start_s * NS), round((start_s + 2) * NS))
    state = Understanding.UNDERSTOOD if understood else Understanding.UNCERTAIN
    ref = EvidenceRef("fedcba9876543210/0", "speech", "e@1", 8_000, span)
    return Utterance(span, text, (), "en", state, 8_000, (ref,))


def titles(*lines: TextLine, spoken: tuple[Utterance, ...] = ()) -> list[str]:
    return [heading.text for heading in headings(lines, spoken)]


@pytest.mark.parametrize(
    "texts",
    [
        ("Chapter 1: The sea", "Chapter 2: The land"),
        ("PART ONE", "PART TWO"),
        ("Lesson IX", "Lesson X"),
        ("第一章 起源", "第二章 发展"),
        ("第9集", "第10集"),
        ("第十九课", "第二十课"),
    ],
)
def test_written_headings_that_count_on_are_chapters(texts: tuple[str, str]) -> None:
    assert titles(line(texts[0], 10), line(texts[1], 60)) == list(texts)


def test_one_heading_and_a_running_head_prove_nothing() -> None:
    assert titles(line("Chapter 1", 10)) == []
    assert titles(line("Chapter 1", 10), line("Chapter 1", 60)) == []
    assert titles(line("Part of the plan", 10), line("Part two", 60)) == []


def test_a_table_of_contents_begins_nothing() -> None:
    contents = [line(f"Chapter {n}", 5) for n in (1, 2, 3)]
    assert titles(*contents) == []
    later = [line(f"Chapter {n}", 20 * n) for n in (1, 2, 3)]
    assert len(titles(*contents, *later)) == 3


def test_spoken_headings_need_a_pause_and_to_be_understood() -> None:
    spoken = (said("chapter one loomings", 0), said("call me", 2.1), said("chapter two", 40))
    assert titles(spoken=spoken) == ["chapter one loomings", "chapter two"]
    assert titles(spoken=(said("chapter one", 0), said("chapter two", 2.1))) == []
    assert titles(spoken=(said("chapter one", 0), said("chapter two", 40, understood=False))) == []


def test_chapters_begin_with_their_shot_and_run_to_the_next() -> None:
    borders = (0, 250, 1_000, 1_500, 2_500)
    shots = [
        Shot(i, CLOCK.frame_span(a, b), Transition.CUT if i else Transition.START, 10_000, f"p{i}")
        for i, (a, b) in enumerate(pairwise(borders))
    ]
    lines = [line("Part 1", 12), line("Part 2: the end", 61)]
    first, second = chapters(shots, lines, (), CLOCK)
    assert (first.kind, first.title_source) == (SceneKind.CHAPTER, TitleSource.HEADING)
    assert (first.span.start_frame, first.span.end_frame) == (250, 1_500)
    assert (first.first_shot, first.end_shot, first.picture) == (1, 3, "p1")
    assert (second.span.start_frame, second.span.end_frame) == (1_500, 2_500)
    assert (second.first_shot, second.end_shot, second.title) == (3, 4, "Part 2: the end")
    assert all(chapter.evidence for chapter in (first, second))


def test_chapters_of_one_shot_begin_with_their_headings() -> None:
    shots = [Shot(0, CLOCK.frame_span(0, 2_500), Transition.START, 10_000)]
    first, second = chapters(shots, [line("Part 1", 12), line("Part 2", 61)], (), CLOCK)
    assert (first.span.start_ns, second.span.start_ns) == (12 * NS, 61 * NS)
    assert first.span.end_ns == second.span.start_ns


def test_sound_alone_has_chapters_without_shots() -> None:
    sound = clock(0)
    sound = type(sound)(duration_ns=100 * NS)
    spoken = (said("chapter one", 0), said("chapter two", 40))
    first, second = chapters((), (), spoken, sound)
    assert (first.first_shot, first.end_shot, second.end_shot) == (0, 0, 0)
    assert second.span.end_ns == 100 * NS
