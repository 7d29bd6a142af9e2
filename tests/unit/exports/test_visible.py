"""What strangers wrote shows everything and does nothing."""

from __future__ import annotations

import csv
import io
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from videre.exports.csv_table import to_csv
from videre.exports.subject import Subject
from videre.exports.visible import visible
from videre.v1 import analysis_pb2, job_pb2


def test_what_does_not_show_is_escaped_and_the_rest_stays() -> None:
    assert visible("\x1b[2J\u202ea\r\n\x00\u200b\x9b") == "\\x1b[2J\\u202ea\\r\\n\\x00\\u200b\\x9b"
    assert visible("https://example.com/视频?a='b'&c=\"d\"\\ é") == (
        "https://example.com/视频?a='b'&c=\"d\"\\ é"
    )


@given(st.text())
def test_nothing_invisible_is_left(text: str) -> None:
    shown = visible(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for c in shown)
    assert visible(shown) == shown
    assert len(shown) >= len(text)


def test_a_code_in_csv_is_one_cell_and_no_formula() -> None:
    analysis = analysis_pb2.Analysis()
    for text in ('=HYPERLINK("http://x")', "a\r\nb", "\t=1"):
        code = analysis.codes.add(symbology=analysis_pb2.SYMBOLOGY_QR_CODE, text=text)
        code.spans.add()
    data = to_csv(Subject(job_pb2.Job(), analysis))
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["name"] for row in rows] == ['\'=HYPERLINK("http://x")', "a\\r\\nb", "\\t=1"]
    assert {(row["kind"], row["detail"]) for row in rows} == {("code", "qr code")}
