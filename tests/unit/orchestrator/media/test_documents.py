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
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nOne\n"
ASS = "[Script Info]\nTitle: x\n"


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


def test_places_of_subtitles_are_times() -> None:
    document = read_document(SRT.encode(), "srt")
    assert document.cues == (
        Cue("Hello\nthere", 1_500_000_000, 2_000_000_000),
        Cue("你好", 60_000_000_000, 61_250_000_000),
    )
    assert (document.end_ns, document.characters) == (61_250_000_000, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_places_of_plain_text_are_characters(encoding: str) -> None:
    text = "你好吗，世界\n\n two \n"
    document = read_document(text.encode(encoding), "txt")
    assert document.cues == (Cue("你好吗，世界", 0, 6), Cue("two", 9, 12))
    assert (document.end_ns, document.characters) == (0, len(text))


def test_a_subtitle_file_without_its_name_is_no_prose() -> None:
    assert document_format(SRT.encode(), "text.txt") == "srt"
    assert document_format(SRT.encode(), "notes.md") == "md"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.MEDIA_EMPTY),
        (b"x" * (MAX_BYTES + 1), Reason.MEDIA_TOO_LARGE),
        (b"\x00\x01\x02binary", Reason.MEDIA_UNREADABLE),
        ("Schöne Grüße, Größe über Maß".encode("cp1252"), Reason.MEDIA_UNREADABLE),
        ("It\u2019s a small caf\u00e9 \u2013 na\u00efve".encode("cp1252"), Reason.MEDIA_UNREADABLE),
        ("Привет, как дела сегодня".encode("cp1251"), Reason.MEDIA_UNREADABLE),
        ("這個問題應該從頭開始學習".encode("big5"), Reason.MEDIA_UNREADABLE),
        ("これは日本語の文章です".encode("shift_jis"), Reason.MEDIA_UNREADABLE),
        (b"a\n\n" * 30_001, Reason.MEDIA_LIMIT),
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
    assert all(0 <= cue.start <= cue.end for cue in cues)
