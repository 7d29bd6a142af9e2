"""What is written as SubRip or WebVTT is read back as it was."""

from __future__ import annotations

import html
import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.exports.ass import to_ass
from videre.exports.cues import Cue, clock, one_line
from videre.exports.srt import to_srt
from videre.exports.subtitles import READERS
from videre.exports.vtt import Tile, relinked, sprite_index, to_vtt

MS = 1_000_000


def _times(line: str, mark: str) -> tuple[int, int]:
    clock_form = rf"(\d{{2,}}):(\d\d):(\d\d)\{mark}(\d{{3}})"
    match = re.fullmatch(f"{clock_form} --> {clock_form}", line)
    assert match, line
    h, m, s, ms, *end = (int(part) for part in match.groups())
    first = ((h * 60 + m) * 60 + s) * 1_000 + ms
    h, m, s, ms = end
    return first * MS, (((h * 60 + m) * 60 + s) * 1_000 + ms) * MS


def read_srt(data: bytes) -> list[Cue]:
    cues = []
    for number, block in enumerate(filter(None, data.decode().split("\n\n")), start=1):
        index, times, *lines = block.removesuffix("\n").split("\n")
        assert int(index) == number
        cues.append(Cue(*_times(times, ","), tuple(lines)))
    return cues


def read_vtt(data: bytes) -> list[Cue]:
    header, *blocks = data.decode().split("\n\n")
    assert header.strip() == "WEBVTT"
    cues = []
    for block in filter(None, blocks):
        times, *lines = block.removesuffix("\n").split("\n")
        assert "-->" not in "".join(lines)
        cues.append(Cue(*_times(times, "."), tuple(html.unescape(line) for line in lines)))
    return cues


#: Letters of several widths, and everything that means something to a parser.
ALPHABET = "abz é你好，。!?<>&-:#=\n\r\t\x00\u2028\u200d😀123"
LINES = st.text(ALPHABET, min_size=1, max_size=30).map(one_line).filter(bool)


@st.composite
def cue_lists(draw: st.DrawFn) -> list[Cue]:
    cuts = sorted(draw(st.sets(st.integers(0, 200_000_000), max_size=8)))
    return [
        Cue(start * MS, end * MS, tuple(draw(st.lists(LINES, min_size=1, max_size=2))))
        for start, end in itertools.pairwise(cuts)
    ]


@given(cue_lists())
def test_srt_reads_back(cues: list[Cue]) -> None:
    expected = [
        Cue(cue.start_ns, cue.end_ns, tuple(line.replace("-->", "→") for line in cue.lines))
        for cue in cues
    ]
    assert read_srt(to_srt(cues)) == expected


@given(cue_lists())
def test_vtt_reads_back(cues: list[Cue]) -> None:
    assert read_vtt(to_vtt(cues)) == cues


def test_bytes_of_a_small_file() -> None:
    cues = [
        Cue(1_500 * MS, 3_000 * MS, ("Hello, <world> & all", "你好")),
        Cue(3_600_000 * MS, 3_601_234_567_890, ("x",)),
    ]
    assert to_srt(cues).decode() == (
        "1\n00:00:01,500 --> 00:00:03,000\nHello, <world> & all\n你好\n\n"
        "2\n01:00:00,000 --> 01:00:01,235\nx\n"
    )
    assert to_vtt(cues).decode() == (
        "WEBVTT\n\n00:00:01.500 --> 00:00:03.000\nHello, &lt;world&gt; &amp; all\n你好\n\n"
        "01:00:00.000 --> 01:00:01.235\nx\n"
    )


def test_no_cues() -> None:
    assert to_srt([]) == b""
    assert to_vtt([]) == b"WEBVTT\n"


def test_a_line_break_inside_a_line_cannot_end_the_cue() -> None:
    cue = Cue(0, MS, ("one\n\ntwo\r\x0bthree\u2028four",))
    assert read_srt(to_srt([cue])) == [Cue(0, MS, ("one two three four",))]


@pytest.mark.parametrize(
    ("start", "end", "lines"), [(5, 5, ("a",)), (-1, 5, ("a",)), (0, 5, (" ",))]
)
def test_what_is_not_a_cue_is_refused(start: int, end: int, lines: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="cue"):
        Cue(start, end, lines)


@given(st.integers(0, 10**15))
def test_clock_is_within_half_a_millisecond(ns: int) -> None:
    hours, minutes, seconds = clock(ns, ".").split(":")
    shown = (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1_000)
    assert abs(shown * MS - ns) <= MS // 2


def test_sprite_index_names_the_parts() -> None:
    tiles = [Tile(0, 10**9, 0, 0, 160, 90), Tile(10**9, 2 * 10**9, 160, 0, 160, 90)]
    assert sprite_index(tiles, "my sprite.jpg").decode() == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nmy%20sprite.jpg#xywh=0,0,160,90\n\n"
        "00:00:01.000 --> 00:00:02.000\nmy%20sprite.jpg#xywh=160,0,160,90\n"
    )


@given(st.text(ALPHABET.replace("\n", ""), min_size=1).filter(str.strip), st.text(min_size=1))
def test_a_relinked_index_is_the_one_of_the_new_place(name: str, place: str) -> None:
    tiles = [Tile(0, 10**9, 0, 0, 160, 90), Tile(10**9, 2 * 10**9, 160, 0, 160, 90)]
    index = sprite_index(tiles, name)
    assert relinked(index, {name: place}) == sprite_index(tiles, place)
    assert relinked(index, {f"{name}x": place}) == index


def test_a_prefix_stands_before_every_text() -> None:
    cues = [Cue(0, 1_000 * MS, ("one", "two")), Cue(2_000 * MS, 3_000 * MS, ("three",))]
    assert to_srt(cues, "{\\an8}").decode().count("\n{\\an8}") == 2
    assert to_ass(cues, "{\\an8}").decode().splitlines()[-2:] == [
        "Dialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,{\\an8}one\\Ntwo",
        "Dialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,{\\an8}three",
    ]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**7), st.integers(1, 10**5),
            st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=2),
        ),
        max_size=6,
    )
)  # fmt: skip
def test_what_is_written_as_ass_is_read_back(rows: list[tuple[int, int, list[str]]]) -> None:
    cues = [
        Cue(start * MS, (start + length) * MS, tuple(lines))
        for start, length, lines in rows
        if any(one_line(line) for line in lines)
    ]
    read = list(READERS["ass"](to_ass(cues).decode().split("\n")))
    assert len(read) == len(cues)
    for (text, start, end), cue in zip(read, cues, strict=True):
        assert abs(start - cue.start_ns) <= 5 * MS
        assert start < end
        shown = [one_line(line) for line in cue.lines]
        plain = "".join(shown)
        if not set(plain) & set("\\{}<>"):
            assert text == "\n".join(line for line in shown if line)
