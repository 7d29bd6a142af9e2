"""What own libraries find stands in the tables and on the page."""

from __future__ import annotations

from google.protobuf.duration_pb2 import Duration

from videre.cli.report.builder import build_report
from videre.cli.report.library_matches import library_rows
from videre.v1 import analysis_pb2, types_pb2


def analysis(*matches: analysis_pb2.LibraryMatch) -> analysis_pb2.Analysis:
    return analysis_pb2.Analysis(media_id="m", library_matches=matches)


def match(entry_id: str, name: str = "", **fields: object) -> analysis_pb2.LibraryMatch:
    at = types_pb2.TimeSpan(start_offset=Duration(seconds=61), end_offset=Duration(seconds=62))
    return analysis_pb2.LibraryMatch(
        library_id="places", entry_id=entry_id, name=name, kind="pictures", confidence=0.8,
        spans=[at], **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_row_tells_entry_library_and_when() -> None:
    found = library_rows(analysis(match("wall", "长城", modalities=["image"]), match("gone")), 10)
    assert [(row.name, row.library, row.when) for row in found.rows] == [
        ("长城", "places", "1:01.0"),
        ("gone", "places", "1:01.0"),  # an entry that was removed has no name any more
    ]
    assert library_rows(analysis(*[match(str(i)) for i in range(5)]), 3).left_out == 2


def test_the_page_shows_matches_and_escapes_what_was_written() -> None:
    page = build_report(analysis(match("w", "<b>wall</b>", texts=["<i>"])), pictures={})
    assert "Own libraries" in page
    assert "&lt;b&gt;wall" in page
    assert "<b>wall" not in page
    assert "Own libraries" not in build_report(analysis(), pictures={})
