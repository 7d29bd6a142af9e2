"""Lines read in single frames become lines with a beginning and an end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from videre.orchestrator.document import TextKind
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.stitch_text import stitch_text

JUDGE = Judge([])
CAPTION = (2_000, 8_500, 8_000, 8_500, 8_000, 9_200, 2_000, 9_200)
SIGN = (1_000, 3_000, 3_000, 3_000, 3_000, 3_600, 1_000, 3_600)


def moved(points: tuple[int, ...], dx: int, dy: int = 0) -> tuple[int, ...]:
    return tuple(v + (dy if i % 2 else dx) for i, v in enumerate(points))


@pytest.fixture
def read(seen):  # type: ignore[no-untyped-def]
    def make(text: str, start: int, end: int, points=CAPTION, score: int = 9_500):  # type: ignore[no-untyped-def]
        return seen("text", "", start, end, score, text=text, points=points)

    return make


def ranges(lines) -> list[tuple[str, int, int]]:  # type: ignore[no-untyped-def]
    return [(x.text, x.span.start_frame, x.span.end_frame) for x in lines]


def test_the_same_text_in_the_same_place_is_one_line_over_unit_borders(clock, read) -> None:  # type: ignore[no-untyped-def]
    records = [read("Hello there", 0, 12), read("Hello there", 12, 50), read("Hello there", 55, 70)]
    lines = stitch_text(records, JUDGE, clock(100))
    assert ranges(lines) == [("Hello there", 0, 70)]
    assert len(lines[0].evidence) == 3


def test_readings_vote_with_their_scores(clock, read) -> None:  # type: ignore[no-untyped-def]
    records = [
        read("城市道路车辆检侧", 0, 12, score=8_000),
        read("城市道路车辆检测", 12, 24, score=9_900),
        read("城市道路车辆检测", 24, 36, score=9_000),
    ]
    (line,) = stitch_text(records, JUDGE, clock(100))
    assert (line.text, line.score, line.language) == ("城市道路车辆检测", 9_900, "zh-Hans")


def test_another_text_in_the_same_place_is_another_line(clock, read) -> None:  # type: ignore[no-untyped-def]
    records = [read("First caption", 0, 25), read("Second one", 25, 50)]
    assert ranges(stitch_text(records, JUDGE, clock(100))) == [
        ("First caption", 0, 25),
        ("Second one", 25, 50),
    ]


def test_captions_that_differ_in_one_sure_character_are_two_lines(clock, read) -> None:  # type: ignore[no-untyped-def]
    records = [
        read(text, f, f + 12)
        for text, f in (
            ("第一章开始", 0),
            ("第一章开始", 12),
            ("第二章开始", 24),
            ("第二章开始", 36),
        )
    ]
    assert len(stitch_text(records, JUDGE, clock(100))) == 2


def test_a_slip_in_the_middle_of_a_line_is_part_of_it(clock, read) -> None:  # type: ignore[no-untyped-def]
    texts = ("第一章开始", "第一章开姑", "第一章开始")
    records = [read(text, 12 * i, 12 * i + 12, score=9_600) for i, text in enumerate(texts)]
    assert ranges(stitch_text(records, JUDGE, clock(100))) == [("第一章开始", 0, 36)]


def test_the_same_text_after_a_pause_is_a_new_line(clock, read) -> None:  # type: ignore[no-untyped-def]
    records = [read("Again", 0, 25), read("Again", 70, 100)]
    assert len(stitch_text(records, JUDGE, clock(200))) == 2


def test_the_same_text_in_two_places_is_two_lines(clock, read) -> None:  # type: ignore[no-untyped-def]
    records = [read("News", f, f + 10, p) for f in (0, 10, 20) for p in (CAPTION, SIGN)]
    assert [x.quad for x in stitch_text(records, JUDGE, clock(100))] == [SIGN, CAPTION]


@pytest.mark.parametrize(
    ("text", "end", "score", "count"),
    [
        ("x", 50, 9_900, 0),  # one character, once
        ("junk", 10, 7_999, 0),  # a glimpse, not sure
        ("junk", 2, 9_900, 0),  # shorter than three frames
        ("sign", 10, 8_000, 1),
        ("sign", 50, 5_000, 1),  # stands for two seconds
        ("sign", 50, 4_999, 0),  # no detection
    ],
)
def test_doubtful_lines_are_dropped(clock, read, text, end, score, count) -> None:  # type: ignore[no-untyped-def]
    assert len(stitch_text([read(text, 0, end, score=score)], JUDGE, clock(100))) == count


def test_one_character_seen_twice_stays(clock, read) -> None:  # type: ignore[no-untyped-def]
    assert len(stitch_text([read("福", 0, 12), read("福", 12, 25)], JUDGE, clock(100))) == 1


def test_a_single_character_of_a_still_picture_stays(clock, read) -> None:  # type: ignore[no-untyped-def]
    (line,) = stitch_text([read("西", 0, 1)], JUDGE, clock(1))
    assert line.text == "西"


def test_a_still_picture_needs_no_second_look(clock, read) -> None:  # type: ignore[no-untyped-def]
    (line,) = stitch_text([read("Total 12.50", 0, 1, SIGN, 6_000)], JUDGE, clock(1))
    assert line.kind is TextKind.FIXED


def test_kinds_are_told_by_place_motion_and_duration(clock, read) -> None:  # type: ignore[no-untyped-def]
    caption = [read("A caption", 0, 25), read("A caption", 25, 50)]
    sign = [read("Main Street", 0, 25, SIGN), read("Main Street", 25, 50, SIGN)]
    lasting = [read("Channel 5", f, f + 25) for f in range(0, 500, 25)]
    crawl = [read("Breaking: rain", f * 5, f * 5 + 5, moved(SIGN, f * 400)) for f in range(10)]
    credit = [read("Director", f * 5, f * 5 + 5, moved(CAPTION, 0, -700 * f)) for f in range(8)]
    kinds = [
        stitch_text(records, JUDGE, clock(500))[0].kind
        for records in (caption, sign, lasting, crawl, credit)
    ]
    assert kinds == [
        TextKind.SUBTITLE, TextKind.FIXED, TextKind.FIXED, TextKind.CRAWL, TextKind.CRAWL,
    ]  # fmt: skip


def test_a_moving_line_is_one_line(clock, read) -> None:  # type: ignore[no-untyped-def]
    records = [read("Director", f * 5, f * 5 + 5, moved(CAPTION, 0, -700 * f)) for f in range(8)]
    assert ranges(stitch_text(records, JUDGE, clock(100))) == [("Director", 0, 40)]


def test_a_crawl_is_read_as_a_whole(clock, read) -> None:  # type: ignore[no-untyped-def]
    text = "Heavy rain is expected over the northern hills tonight"
    records = [read(text[i : i + 20], i, i + 5) for i in range(0, len(text) - 19, 5)]
    (line,) = stitch_text(records, JUDGE, clock(100))
    assert line.kind is TextKind.CRAWL
    assert line.text == text[: len(line.text)]
    assert len(line.text) >= len(text) - 5


def test_a_crawl_begins_with_its_first_letters_and_ends_with_its_last(clock, read) -> None:  # type: ignore[no-untyped-def]
    text = "Heavy rain is expected over the northern hills tonight"
    place = (0, 9_000, 10_000, 9_000, 10_000, 9_500, 0, 9_500)
    entering = (5_000, 9_000, 10_000, 9_000, 10_000, 9_500, 5_000, 9_500)
    leaving = (0, 9_000, 4_500, 9_000, 4_500, 9_500, 0, 9_500)
    windows = [(text[:5], entering), (text[:11], entering)]
    windows += [(text[at : at + 22], place) for at in range(0, 35, 5)]
    windows += [(text[-12:], leaving), (text[-5:], leaving)]
    records = [read(part, 6 * i, 6 * i + 6, at) for i, (part, at) in enumerate(windows)]
    (line,) = stitch_text(records, JUDGE, clock(200))
    assert (line.text, line.kind) == (text, TextKind.CRAWL)
    assert (line.span.start_frame, line.span.end_frame) == (0, 6 * len(windows))


def test_a_caption_written_letter_by_letter_is_one_caption(clock, read) -> None:  # type: ignore[no-untyped-def]
    text = "Turn left at the old windmill"
    records = [
        read(
            text[: 5 + 6 * i], 6 * i, 6 * i + 6,
            (2_000, 8_500, right := 3_500 + 1_000 * i, 8_500, right, 9_200, 2_000, 9_200),
        )
        for i in range(5)
    ]  # fmt: skip
    (line,) = stitch_text(records, JUDGE, clock(200))
    assert (line.text, line.kind) == (text, TextKind.SUBTITLE)


def test_half_a_line_read_once_splits_no_caption(clock, read) -> None:  # type: ignore[no-untyped-def]
    half = (4_500, 8_500, 8_000, 8_500, 8_000, 9_200, 4_500, 9_200)
    records = [
        read("Never touch the wire", 0, 6), read("touch the wire", 6, 12, half),
        read("Never touch the wire", 12, 18),
    ]  # fmt: skip
    assert ranges(stitch_text(records, JUDGE, clock(100))) == [("Never touch the wire", 0, 18)]


def test_lines_of_a_document_stand_as_they_are(clock, heard) -> None:  # type: ignore[no-untyped-def]
    record = heard("text", "", 1_000, 2_000, 10_000, text="字幕　一")
    (line,) = stitch_text([record], JUDGE, clock(0))
    assert (line.text, line.kind, line.box, line.span) == (
        "字幕 一",
        TextKind.UNKNOWN,
        None,
        record.span,
    )


def edge_reader(start: int, end: int, frames: int = 200, noise: float = 3.0):  # type: ignore[no-untyped-def]
    """Return edges of a moving picture with a caption in frames [start, end)."""
    rng = np.random.default_rng(0)
    grids = rng.normal(60, noise, (frames, 9, 16)).clip(0, 255)
    grids[start:end, 7:9, 3:13] += 90
    data = grids.clip(0, 255).astype(np.uint8)
    return lambda first, last: data[first:last]


@pytest.mark.parametrize(("start", "end"), [(31, 78), (26, 75), (39, 99), (40, 76)])
def test_edges_place_both_ends_to_the_frame(clock, read, start, end) -> None:  # type: ignore[no-untyped-def]
    records = [read("A caption", 40, 65), read("A caption", 65, 100)]
    lines = stitch_text(records, JUDGE, clock(200), edge_reader(start, end))
    assert ranges(lines) == [("A caption", start, end)]


def test_a_line_began_after_the_last_frame_looked_at_without_it(clock, read) -> None:  # type: ignore[no-untyped-def]
    """What changed before that frame (a cut, say) is not the line."""
    edges = edge_reader(33, 100)
    first = read("A caption", 36, 65)
    records = [first, read("A caption", 65, 100)]
    assert ranges(stitch_text(records, JUDGE, clock(200), edges))[0][1] == 33
    records[0] = structs.replace(first, attributes={"looked_before": 34})
    assert ranges(stitch_text(records, JUDGE, clock(200), edges))[0][1] == 36


def test_without_a_clear_step_the_samples_decide(clock, read) -> None:  # type: ignore[no-untyped-def]
    records = [read("A caption", 40, 65), read("A caption", 65, 100)]
    lines = stitch_text(records, JUDGE, clock(200), edge_reader(0, 200, noise=25))
    assert ranges(lines) == [("A caption", 40, 100)]


def test_a_line_that_lasts_to_the_end_keeps_its_last_frame(clock, read) -> None:  # type: ignore[no-untyped-def]
    lines = stitch_text([read("The end", 50, 100)], JUDGE, clock(100), edge_reader(45, 100, 100))
    assert ranges(lines) == [("The end", 45, 100)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    data=st.lists(
        st.tuples(st.integers(0, 90), st.sampled_from(["News", "Newz", "一二三四"]), st.booleans()),
        max_size=12,
    ),
    random=st.randoms(use_true_random=False),
)
def test_the_order_of_evidence_does_not_matter(clock, read, data, random) -> None:  # type: ignore[no-untyped-def]
    records = [read(text, f, f + 10, CAPTION if low else SIGN) for f, text, low in data]
    expected = stitch_text(records, JUDGE, clock(100))
    random.shuffle(records)
    assert stitch_text(records, JUDGE, clock(100)) == expected


@pytest.mark.parametrize("slip", [0, 700, 1_475])
def test_a_slip_anywhere_in_a_line_of_a_minute_is_no_line(clock, read, slip: int) -> None:  # type: ignore[no-untyped-def]
    """However long ago the line began, a second reading of it in one frame belongs to it."""
    records = [read("A line that stays", at, at + 25) for at in range(0, 1_500, 25)]
    records.append(read("A line that stavs", slip, slip + 25))
    assert ranges(stitch_text(records, JUDGE, clock(1_500))) == [("A line that stays", 0, 1_500)]
