"""Credits and slates that are planted line by line, and lists that are neither."""

from __future__ import annotations

from filmed import clock

from videre.orchestrator.document import Condition, EvidenceRef, TextKind, TextLine
from videre.orchestrator.fusion.credits import written_cues

FRAMES = 3_000  # two minutes
CLOCK = clock(FRAMES)


def line(
    text: str, start: int, end: int, top: int = 5_000, kind: TextKind = TextKind.FIXED
) -> TextLine:
    span = CLOCK.frame_span(start, end)
    box = (3_000, top, 4_000, 500)
    ref = EvidenceRef(f"{start:016x}/{top}", "text", "e@1", 9_500, span, box)
    return TextLine(text, span, (0,) * 8, box, 9_500, "en", kind, (ref,))


def found(lines: list[TextLine], luma: float = 20.0) -> list[tuple[str, int | None, int | None]]:
    cues = written_cues(lines, [luma] * FRAMES, CLOCK)
    assert all(cue.evidence for cue in cues)
    return [(cue.kind, cue.span.start_frame, cue.span.end_frame) for cue in cues]


def roll(start: int, names: int = 12) -> list[TextLine]:
    """Lines that come in one after the other, each there for six seconds."""
    return [
        line(f"Ada Name{number}", start + 20 * number, start + 20 * number + 150,
             1_000 + 700 * (number % 10), TextKind.CRAWL)
        for number in range(names)
    ]  # fmt: skip


def test_a_roll_at_the_end_is_closing_credits() -> None:
    ((kind, start, end),) = found(roll(2_600))
    assert kind is Condition.CLOSING_CREDITS
    assert (start, end) == (2_600, 2_970)


def test_a_roll_over_a_bright_picture_is_too() -> None:
    assert [kind for kind, *_ in found(roll(2_600), luma=150.0)] == [Condition.CLOSING_CREDITS]


def test_cards_that_name_who_did_what_are_opening_credits() -> None:
    cards = [
        line("Directed by", 50, 110, 3_000), line("Ada Lovelace", 50, 110, 4_500),
        line("Analytical Films", 50, 110, 6_000),
        line("Music by", 115, 180, 3_000), line("Clara Schumann", 115, 180, 4_500),
        line("Vienna", 115, 180, 6_000),
    ]  # fmt: skip
    ((kind, start, end),) = found(cards, luma=120.0)
    assert (kind, start, end) == (Condition.OPENING_CREDITS, 50, 180)


def test_chinese_credits_are_found() -> None:
    cards = [line(text, 2_800, 2_900, 2_000 + 900 * number) for number, text in
             enumerate(("导演 王小明", "编剧 李雷", "摄影 韩梅梅", "出品 影业"))]  # fmt: skip
    assert [kind for kind, *_ in found(cards)] == [Condition.CLOSING_CREDITS]


def test_many_names_on_dark_cards_are_credits_a_few_are_not() -> None:
    names = [line(f"Ada Name{number}", 2_700, 2_800, 700 * number) for number in range(12)]
    assert [kind for kind, *_ in found(names)] == [Condition.CLOSING_CREDITS]
    assert found(names[:5]) == []
    assert found(names, luma=200.0) == []


def test_a_title_slide_is_no_credit() -> None:
    slide = [line("Video understanding", 0, 100, 2_000), line("Shots", 0, 100, 4_000),
             line("Speech", 0, 100, 5_000), line("Text", 0, 100, 6_000)]  # fmt: skip
    assert found(slide) == []


def test_credits_in_the_middle_of_a_film_are_none() -> None:
    assert found(roll(1_300)) == []


def test_a_news_ticker_is_no_roll() -> None:
    ticker = [line(f"Markets rise {n}", 2_500 + 40 * n, 2_700 + 40 * n, 9_000, TextKind.CRAWL)
              for n in range(7)]  # fmt: skip
    assert found(ticker, luma=120.0) == []


def test_a_slate_is_found_near_the_beginning_only() -> None:
    def slate(start: int) -> list[TextLine]:
        texts = ("PRODUCTION: The Sea", "SCENE 12", "TAKE 3", "ROLL A004")
        return [line(text, start, start + 100, 2_000 + 1_000 * n) for n, text in enumerate(texts)]

    assert (Condition.SLATE, 25, 125) in found(slate(25), luma=120.0)
    words = [line(text, 25, 125, top) for text, top in
             (("the scene is set", 2_000), ("take it", 4_000), ("roll over", 6_000))]  # fmt: skip
    assert found(words, luma=120.0) == []


def test_no_lines_and_still_pictures_give_nothing() -> None:
    assert written_cues([], [], CLOCK) == []
    assert written_cues(roll(0), [], clock(1)) == []
