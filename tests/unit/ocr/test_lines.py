import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.ocr.lines import Line, in_reading_order, normalise, plausible


def line(text: str, left: int, top: int, right: int, bottom: int, score: int = 9000) -> Line:
    return Line(text, score, (left, top, right, top, right, bottom, left, bottom))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two   words ", "two words"),
        ("ＡＢＣ１２３", "ABC123"),
        ("Hello，world！", "Hello,world!"),
        ("你好,世界!", "你好，世界！"),
        ("时间12:30,价格1,234元", "时间12:30，价格1,234元"),
        ("电话:400", "电话：400"),
        ("手语：牛奶", "手语：牛奶"),
        ("咖啡 Coffee", "咖啡 Coffee"),
        ("", ""),
    ],
)
def test_characters_get_their_usual_width(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(st.text(alphabet="ab ,:!?()０９，：！你好世。1", max_size=20))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_rows_from_top_then_from_left() -> None:
    cells = [
        line("d", 6000, 2040, 7000, 2440),
        line("a", 1000, 1000, 2000, 1400),
        line("c", 1000, 2000, 2000, 2400),
        line("b", 6000, 960, 7000, 1360),
    ]
    assert [item.text for item in in_reading_order(cells, 16 / 9)] == ["a", "b", "c", "d"]


def test_boxes_that_split_a_line_are_joined() -> None:
    halves = [line("Rocket", 1000, 1000, 3000, 1500), line("launch", 3100, 1010, 5000, 1490)]
    joined = in_reading_order(halves, 16 / 9)
    assert [item.text for item in joined] == ["Rocket launch"]
    assert joined[0].quad == (1000, 1000, 5000, 1010, 5000, 1490, 1000, 1500)
    ideographs = [line("火箭", 1000, 1000, 3000, 1500), line("发射", 3100, 1000, 5000, 1500)]
    assert in_reading_order(ideographs, 16 / 9)[0].text == "火箭发射"


@pytest.mark.parametrize(
    "right",
    [
        line("column", 4000, 1000, 5000, 1500),  # far away
        line("big", 3100, 800, 5000, 1700),  # another size
        Line("steep", 9000, (3100, 1000, 5000, 1400, 5000, 1900, 3100, 1500)),
    ],
)
def test_other_boxes_stay_apart(right: Line) -> None:
    assert len(in_reading_order([line("left", 1000, 1000, 3000, 1500), right], 16 / 9)) == 2


@given(
    st.permutations(
        [
            line(c, 1000 * i, 900 * (i % 3), 1000 * i + 300, 900 * (i % 3) + 300)
            for i, c in enumerate("abcdefgh")
        ]
    )
)
def test_order_does_not_depend_on_the_order_found(cells: list[Line]) -> None:
    expected = in_reading_order(sorted(cells, key=lambda item: item.text), 1.5)
    assert in_reading_order(cells, 1.5) == expected


@pytest.mark.parametrize(
    ("text", "score", "found", "height", "expected"),
    [
        ("东", 0.99, 0.82, 0.1, True),
        ("福", 0.72, 0.77, 0.1, False),  # textures read as one uncertain character
        ("公", 0.97, 0.6, 0.1, False),
        ("中", 0.99, 0.9, 0.9, False),  # the whole frame as one character
        ("SUN", 0.56, 0.7, 0.1, False),
        ("电LE", 0.773, 0.67, 0.11, False),  # light in a bottle
        ("888888888888888888", 0.733, 0.7, 0.07, False),  # the windows of a house
        ("88888888", 0.99, 0.7, 0.07, True),
        ("315", 1.0, 0.8, 0.1, True),
        ("Where are you", 0.6, 0.5, 0.1, True),
        ("Where are you", 0.4, 0.9, 0.1, False),
        ("...", 0.99, 0.9, 0.1, False),
        ("", 0.99, 0.9, 0.1, False),
    ],
)
def test_textures_are_not_text(
    text: str, score: float, found: float, height: float, expected: bool
) -> None:
    assert plausible(text, score, found, height) is expected
