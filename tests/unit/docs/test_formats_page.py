"""docs/formats.md: every format of the bench has its line, every refusal its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.constructed.foreign_files import FORMATS as FOREIGN
from bench.constructed.formats import FORMATS, VENDOR_NAMES

PAGE = Path(__file__).parents[3] / "docs" / "formats.md"


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[1:]]


def test_every_line_has_every_cell(rows: list[list[str]]) -> None:
    assert {len(row) for row in rows} == {9}


def test_every_format_of_the_bench_has_a_line(rows: list[list[str]]) -> None:
    assert {*FORMATS, *FOREIGN} <= {row[0] for row in rows}


def test_the_vendors_names_are_all_answered(rows: list[list[str]]) -> None:
    answered = {row[0].split(" ")[0] for row in rows}
    assert set(VENDOR_NAMES) <= answered


def test_what_is_refused_says_why_and_what_is_opened_says_what_it_holds(
    rows: list[list[str]],
) -> None:
    for row in rows:
        answer, words = row[4], row[5]
        assert answer in ("opened", "refused")
        if answer == "refused":
            assert words.startswith(("MEDIA_UNREADABLE: the file is ", "URI_FORBIDDEN: "))
        else:
            assert ": " in words


def test_scripts_lists_and_projects_are_never_opened(rows: list[list[str]]) -> None:
    assert {row[4] for row in rows if row[0] in FOREIGN} == {"refused"}
