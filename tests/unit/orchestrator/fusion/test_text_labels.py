"""What kind of text is in the picture, told by what it is and where it stands."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import EvidenceRef, TextKind, TextLine, VideoFacts
from videre.orchestrator.fusion.text_labels import TEXT_LABELS, of_text_labels
from videre.orchestrator.taxonomy.load import load_taxonomy


def video(width: int = 1_280, height: int = 720, frames: int = 250) -> VideoFacts:
    return VideoFacts("h264", width, height, width, height, 0, 25, 1, False, frames)


FILM, STILL = video(), video(frames=1)
PHONE = video(720, 1_560)


def line(
    text: str, y: int, x: int = 500, *, height: int = 250, start: int = 0, end: int = 10,
    frames: int = 3, score: int = 9_000, kind: TextKind = TextKind.FIXED,
) -> TextLine:  # fmt: skip
    box = (x, y, min(9_000, 150 * len(text)), height)
    span = TimeSpan(start * NS, end * NS)
    refs = tuple(EvidenceRef(f"{text}/{y}/{i}", "text", "ocr@1", score, span, box)
                 for i in range(frames))  # fmt: skip
    return TextLine(text, span, (0,) * 8, box, score, "en", kind, refs)


def rows(count: int, top: int = 2_000, **more: int) -> list[TextLine]:
    return [line(f"some words of row {i}", top + 400 * i, **more) for i in range(count)]


def nodes(lines: Sequence[TextLine], facts: VideoFacts | None = FILM) -> set[str]:
    return {claim.node for claim in of_text_labels(lines, facts)}


ADDRESS = line("https://www.example.org/news", 400)
MENUS = [line(word, 200, 300 + 900 * i) for i, word in enumerate(("File", "Edit", "View"))]
STATUS = [line("9:41", 150, 400), line("4G 87%", 160, 7_000)]
LETTER = [line("Dear Ms Miller,", 1_000), *rows(3, 2_000), line("Yours sincerely,", 6_000)]
BRIEF = [line("尊敬的王先生:", 1_000), *rows(2, 2_000), line("此致", 6_000), line("敬礼", 6_400)]


@pytest.mark.parametrize(
    ("lines", "facts", "expected"),
    [
        ([ADDRESS, *rows(6)], FILM, {"virtual.web_page", "virtual.website"}),
        ([line("news.example.com", 300), *rows(6)], STILL, {"virtual.web_page", "virtual.website"}),
        ([*MENUS, *rows(4)], FILM, {"other_scenes.computer_screenshot"}),
        ([line("文件 编辑 视图 帮助", 200), *rows(4)], FILM, {"other_scenes.computer_screenshot"}),
        ([*STATUS, *rows(2)], PHONE, {"other_scenes.phone_screenshot"}),
        ([line("12:05 中国移动 4G", 100), *rows(1)], PHONE, {"other_scenes.phone_screenshot"}),
        (LETTER, STILL, {"daily.correspondence"}),
        (BRIEF, FILM, {"daily.correspondence"}),
        ([line("sub", 9_000, kind=TextKind.SUBTITLE)], FILM, {"daily.subtitle"}),
        ([line("OPEN", 4_000, height=900)], FILM, {"daily.latin_letters"}),
        ([line("第12-34", 4_000, height=900)], FILM, {"daily.digits"}),
        ([line("开始 2026", 4_000, height=900)], FILM,
         {"daily.digits", "daily.chinese_characters"}),
    ],
)  # fmt: skip
def test_what_is_told(lines: list[TextLine], facts: VideoFacts, expected: set[str]) -> None:
    assert nodes(lines, facts) == expected
    assert expected <= TEXT_LABELS.keys() <= load_taxonomy().nodes.keys()


@pytest.mark.parametrize(
    ("lines", "facts"),
    [
        ([ADDRESS, *rows(5)], FILM),  # a few words and an address: an advertisement
        ([line("www.example.org", 9_000), *rows(6)], FILM),  # at the bottom, as adverts have it
        ([ADDRESS, *rows(6, start=20, end=30)], FILM),  # not at the same time
        ([line("a sentence. Then more", 300), *rows(6)], FILM),
        ([line("version 2.0.1 of it", 300), *rows(6)], FILM),
        ([*MENUS[:2], *rows(4)], FILM),
        ([*MENUS, *rows(3)], FILM),
        ([line("File", 200), line("Edit", 900), line("View", 1_400), *rows(4)], FILM),
        ([line("edit the file to view it", 200), *rows(4)], FILM),
        ([*STATUS, *rows(2)], FILM),  # no phone is as wide
        ([STATUS[0], *rows(6)], PHONE),  # a clock alone: surveillance, sports
        ([line("21:30:15 4G", 100), *rows(6)], PHONE),  # with seconds: a recording's clock
        (STATUS, PHONE),
        ([LETTER[0], *rows(3)], STILL),  # nobody says goodbye
        ([*rows(3), LETTER[-1]], STILL),
        ([LETTER[0], LETTER[-1]], STILL),  # nothing in between
        ([line("Dear diary", 6_000), *rows(3), line("Regards", 1_000)], STILL),
        ([line("OPEN", 4_000, height=500)], FILM),
        ([line("I", 4_000, height=2_000)], FILM),  # a bar more often than a letter
    ],
)
def test_what_tells_nothing(lines: list[TextLine], facts: VideoFacts) -> None:
    assert nodes(lines, facts) == set()


def test_one_frame_of_a_moving_picture_tells_nothing() -> None:
    once = [line("https://www.example.org", 400, frames=1), *rows(6, frames=1)]
    assert nodes(once, FILM) == set()
    assert nodes(once, STILL) == {"virtual.web_page", "virtual.website"}


def test_a_layout_is_no_surer_than_its_least_sure_line_nor_than_its_bound() -> None:
    sure = of_text_labels([ADDRESS, *rows(6)], FILM)
    assert {claim.witness.score for claim in sure} == {8_000}
    faint = of_text_labels([line("https://www.example.org", 400, score=6_100), *rows(6)], FILM)
    assert {claim.witness.score for claim in faint} == {6_100}


def test_a_layout_names_the_lines_that_tell_it() -> None:
    (claim, _) = of_text_labels([ADDRESS, *rows(8)], FILM)
    texts = {ref.id.partition("/")[0] for ref in claim.refs}
    assert len(claim.refs) == 2 + 6
    assert "https:" in texts
    assert claim.presences[0].span == ADDRESS.span


def test_without_a_picture_there_is_no_layout() -> None:
    assert of_text_labels([ADDRESS, *rows(6)], None) == []


def test_an_address_that_comes_ten_thousand_times_is_looked_at_with_its_neighbours_only() -> None:
    """Each costs its neighbours, not the film: else this takes minutes."""
    film = [
        line("www.example.org", 300, start=2 * i, end=2 * i + 1, frames=2) for i in range(5_000)
    ]
    film += [line(f"words {i}", 5_000, start=i, end=i + 1, frames=2) for i in range(5_000)]
    started = time.thread_time()
    assert nodes(film) == set()
    assert time.thread_time() - started < 5


parts = st.lists(
    st.builds(
        line, st.sampled_from(["https://a.example.org", "File", "Edit", "View", "9:41 4G",
                               "Dear Sir,", "Sincerely,", "BIG 字字 42", "plain"]),
        st.integers(0, 9_000), height=st.sampled_from([200, 800]), start=st.integers(0, 5),
        end=st.integers(6, 12), frames=st.integers(1, 3),
    ),
    max_size=9,
    unique_by=lambda line: line.evidence[0].id,  # no record is read as two lines
)  # fmt: skip


@given(parts, st.randoms(use_true_random=False), st.sampled_from([FILM, STILL, PHONE]))
def test_the_order_of_lines_does_not_matter(
    lines: list[TextLine], rng: random.Random, facts: VideoFacts
) -> None:
    shuffled = list(lines)
    rng.shuffle(shuffled)
    assert of_text_labels(lines, facts) == of_text_labels(shuffled, facts)


@given(parts, st.sampled_from([FILM, STILL, PHONE]))
def test_no_claim_without_evidence(lines: list[TextLine], facts: VideoFacts) -> None:
    known = {ref.id for item in lines for ref in item.evidence}
    for claim in of_text_labels(lines, facts):
        assert claim.refs
        assert {ref.id for ref in claim.refs} <= known
        assert claim.node in TEXT_LABELS
