"""Which of the lines that were read become captions, and in which file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from videre.exports.production_params.regions import Box
from videre.production.caption_lines import by_language, main_track, wanted_lines
from videre.production.known import Stretch, Written

S = 1_000_000_000


def line(
    text: str,
    y: float = 0.86,
    language: str = "en",
    start: float = 0,
    end: float = 2,
) -> Written:
    stretch = Stretch(round(start * S), round(end * S))
    return Written(stretch, text, 0.2, y, 0.6, 0.05, language, subtitle=True)


def test_lines_are_chosen_by_place_language_and_kind() -> None:
    english, chinese, number = (
        line("hello"),
        line("你好", 0.8, "zh-Hans"),
        line("1984", 0.86, "und"),
    )
    top = line("note", 0.05)
    sign = Written(Stretch(0, S), "exit", 0.4, 0.86, 0.2, 0.05, "en")
    lines = [english, chinese, number, top, sign]
    assert wanted_lines(lines, None, (), main=False) == [english, chinese, number, top]
    assert wanted_lines(lines, None, ("zh",), main=False) == [chinese, number]
    lower = Box(0, 0.75, 1, 0.25)
    assert wanted_lines(lines, lower, (), main=False) == [english, chinese, number]
    assert wanted_lines(lines, Box(0.6, 0, 0.4, 1), (), main=False) == []


def test_the_main_track_is_where_text_stands_longest() -> None:
    subtitles = [line("one", 0.86, start=0, end=2), line("two", 0.80, start=2, end=4),
                 line("three", 0.86, start=4, end=6)]  # fmt: skip
    credit = line("a note", 0.04, start=1, end=3)
    assert main_track([subtitles[0], credit, *subtitles[1:]]) == subtitles
    assert main_track([]) == []


@given(
    st.lists(st.sampled_from(["en", "zh-Hans", "zh-Hant", "und", "fr"]), max_size=12),
    st.lists(st.sampled_from(["en", "zh"]), unique=True),
)
def test_every_line_is_in_one_file_of_its_language(codes: list[str], wanted: list[str]) -> None:
    lines = [line(f"text {n}", language=code, start=n, end=n + 1) for n, code in enumerate(codes)]
    chosen = wanted_lines(lines, None, wanted, main=False)
    files = by_language(chosen, wanted)
    assert list(files) == wanted or not wanted
    assert sorted((one for some in files.values() for one in some), key=lines.index) == chosen
    for name, some in files.items():
        assert all(one.language.startswith((name, "und")) for one in some)
        assert some == sorted(some, key=lambda one: one.stretch.start_ns)
