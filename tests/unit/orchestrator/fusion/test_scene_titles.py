"""Titles are the media's own words: which ones, and when there are none."""

from __future__ import annotations

from filmed import clock

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import (
    EvidenceRef,
    TextKind,
    TextLine,
    TitleSource,
    Understanding,
    Utterance,
)
from videre.orchestrator.fusion.scene_titles import NO_TITLE, Titles, shortened

CLOCK = clock(2_500)
SCENES = [CLOCK.frame_span(start, start + 500) for start in range(0, 2_500, 500)]


def line(
    text: str, start_s: float, end_s: float, height: int = 800, kind: TextKind = TextKind.FIXED
) -> TextLine:
    span = CLOCK.with_frames(round(start_s * NS), round(end_s * NS))
    ref = EvidenceRef("0123456789abcdef/0", "text", "e@1", 9_500, span)
    return TextLine(text, span, (0,) * 8, (2_000, 4_000, 6_000, height), 9_500, "en", kind, (ref,))


def said(text: str, start_s: float, state: Understanding = Understanding.UNDERSTOOD) -> Utterance:
    span = TimeSpan(round(start_s * NS), round((start_s + 2) * NS))
    return Utterance(span, text, (), "en", state, 8_000, ())


def test_the_largest_fixed_line_is_the_title() -> None:
    lines = [line("small print", 2, 9, 400), line("The Sea", 2, 9, 1_200), line("note", 3, 9)]
    title = Titles(lines, [said("and so we begin", 1)], SCENES).of(SCENES[0])
    assert (title.text, title.source) == ("The Sea", TitleSource.PICTURE_TEXT)
    assert title.evidence


def test_a_caption_counts_only_where_it_stays() -> None:
    lasting = line("Dr. Ada Lovelace", 22, 36, kind=TextKind.SUBTITLE)
    spoken = [said("words of the scene. more words", 21)]
    assert Titles([lasting], spoken, SCENES).of(SCENES[1]).text == "Dr. Ada Lovelace"
    brief = line("and then he said", 22, 25, kind=TextKind.SUBTITLE)
    title = Titles([brief], spoken, SCENES).of(SCENES[1])
    assert (title.text, title.source) == ("words of the scene.", TitleSource.SPEECH)


def test_a_logo_that_is_always_there_names_nothing() -> None:
    logo = line("CHANNEL 5", 0, 100, 1_500)
    again = [line("Daily News", 20 * n, 20 * n + 10, 1_000) for n in range(5)]
    assert Titles([logo, *again], [], SCENES).of(SCENES[2]) == NO_TITLE


def test_words_that_were_not_understood_are_no_title() -> None:
    spoken = [said("mumble", 1, Understanding.UNCERTAIN), said("", 2, Understanding.NOT_UNDERSTOOD)]
    assert Titles([], spoken, SCENES).of(SCENES[0]) == NO_TITLE


def test_the_first_sentence_is_cut_at_its_end_in_chinese_too() -> None:
    title = Titles([], [said("今天天气很好。我们去海边。", 41)], SCENES).of(SCENES[2])
    assert title.text == "今天天气很好。"


def test_long_titles_are_cut_at_a_word() -> None:
    cut = shortened("word " * 40)
    assert len(cut) <= 80
    assert cut.endswith("word…")
    assert shortened("字" * 200) == "字" * 79 + "…"
    assert shortened("short") == "short"
