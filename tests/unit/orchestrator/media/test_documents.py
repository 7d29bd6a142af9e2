"""Text documents: which files are text, and what they say when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.documents import MAX_BYTES, Cue, document_format, read_document

SRT = (
    "1\r\n00:00:01,500 --> 00:00:02,000\r\n<i>Hello</i>\r\nthere\r\n\r\n"
    "2\r\n00:01:00,000 --> 00:01:01,250\r\n你好\r\n"
)
VTT = (
    "WEBVTT\n\nNOTE not a cue\n\n00:01.000 --> 00:02.000 align:start\nOne\n\n"
    "id\n01:00:00.000 --> 01:00:01.000\nTwo\n"
)
ASS = (
    "[Script Info]\nTitle: x\n\n[Events]\nFormat: Layer, Start, End, Style, Text\n"
    "Dialogue: 0,0:00:01.25,0:00:02.00,Default,{\\b1}Hi\\Nyou, there\n"
    "Comment: 0,0:00:05.00,0:00:06.00,Default,no\n"
)


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (SRT.encode(), "a.srt", "srt"),
        (SRT.encode(), "", "srt"),
        (VTT.encode(), "upload", "vtt"),
        (b"\xef\xbb\xbf" + ASS.encode(), "", "ass"),
        (b"# Title", "notes.MD", "md"),
        (b"plain words", "words.txt", "txt"),
        (b"plain words", "movie.mp4", None),
        (b"plain words", "", None),
        (b"\x00\x00\x00\x18ftypisom", "a.mp4", None),
    ],
)
def test_format_by_signature_then_by_name(data: bytes, name: str, expected: str | None) -> None:
    assert document_format(data[:512], name) == expected


def test_srt_cues_have_times_and_no_markup() -> None:
    assert read_document(SRT.encode(), "srt").cues == (
        Cue("Hello\nthere", 1_500_000_000, 2_000_000_000),
        Cue("你好", 60_000_000_000, 61_250_000_000),
    )


def test_vtt_skips_notes_and_reads_hours() -> None:
    assert read_document(VTT.encode(), "vtt").cues == (
        Cue("One", 1_000_000_000, 2_000_000_000),
        Cue("Two", 3_600_000_000_000, 3_601_000_000_000),
    )


def test_ass_reads_dialogue_in_its_stated_format() -> None:
    cues = read_document(ASS.encode(), "ass").cues
    assert cues == (Cue("Hi\nyou, there", 1_250_000_000, 2_000_000_000),)


def test_plain_text_has_a_cue_per_line_without_times() -> None:
    assert read_document("你好吗\n\n two \n".encode("gb18030"), "txt").cues == (
        Cue("你好吗"),
        Cue("two"),
    )
    assert read_document("one".encode("utf-16"), "txt").cues == (Cue("one"),)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.MEDIA_EMPTY),
        (b"x" * (MAX_BYTES + 1), Reason.MEDIA_TOO_LARGE),
        (b"\x00\x01\x02binary", Reason.MEDIA_UNREADABLE),
    ],
)
def test_what_is_no_document_is_refused(data: bytes, reason: Reason) -> None:
    with pytest.raises(VidereError) as caught:
        read_document(data, "txt")
    assert caught.value.reason is reason


@given(st.binary(max_size=400), st.sampled_from(["txt", "md", "srt", "vtt", "ass"]))
def test_any_bytes_give_cues_or_a_refusal(data: bytes, document: str) -> None:
    try:
        cues = read_document(data, document).cues
    except VidereError:
        return
    assert all(cue.text for cue in cues)
    assert all(cue.start_ns <= (cue.end_ns or 0) for cue in cues if cue.start_ns is not None)
