"""Subtitles: what they say when, without what tells how it looks."""

import pytest

from videre.common.values import NS
from videre.exports.subtitles import READERS, Timed

VTT = """\
WEBVTT

STYLE
::cue { color: red }

NOTE not a cue

00:01.000 --> 00:02.000 align:start
<v Ann>Salt &amp; <c.yellow>pepper</c>

id
01:00:00.000 --> 01:00:01.000
<00:00:30.000>Two
"""
ASS = """\
[Script Info]
Title: x

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:01.25,0:00:02.00,Default,{\\b1}Hi\\Nyou, there
Dialogue: 0,0:00:03.00,0:00:04.00,Default,{\\an7\\p1}m 0 0 l 100 0 100 100{\\p0}Shown
Comment: 0,0:00:05.00,0:00:06.00,Default,no
"""
SRT = """\
1
00:00:01,500 --> 00:00:02,000
{\\an8}<font color="#ff0000">Hello</font>
<i>there</i>, a < b

2
00:01:00,000 --> 00:00:01,250
backwards

no number
00:02:00.5 --> 00:02:01.000
last"""


def _read(text: str, document: str) -> list[Timed]:
    return [timed for timed in READERS[document](text.splitlines()) if timed[0]]


def test_vtt_has_no_styles_notes_names_and_entities() -> None:
    assert _read(VTT, "vtt") == [
        ("Salt & pepper", NS, 2 * NS),
        ("Two", 3_600 * NS, 3_601 * NS),
    ]


def test_ass_has_no_overrides_drawings_and_comments() -> None:
    assert _read(ASS, "ass") == [
        ("Hi\nyou, there", 5 * NS // 4, 2 * NS),
        ("Shown", 3 * NS, 4 * NS),
    ]


def test_srt_has_no_tags_and_no_end_before_its_start() -> None:
    assert _read(SRT, "srt") == [
        ("Hello\nthere, a < b", 3 * NS // 2, 2 * NS),
        ("backwards", 60 * NS, 60 * NS),
        ("last", 120 * NS + NS // 2, 121 * NS),
    ]


@pytest.mark.parametrize("document", sorted(READERS))
@pytest.mark.parametrize("piece", ["<", "{\\", "00:00:01,000 --> ", "&", "<a", "{\\p1}"])
def test_hostile_lines_are_read_in_time(document: str, piece: str) -> None:
    head = "[Events]\nDialogue: 0,0:00:01.25,0:00:02.00,D,,0,0,0,,"
    timed = head if document == "ass" else "00:00:01,000 --> 00:00:02,000\n"
    read = _read(timed + piece * (1_000_000 // len(piece)), document)
    assert len(read) <= 1
