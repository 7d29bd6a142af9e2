"""Labels that the text in the picture speaks for by what it is and where it stands. Pure.

Not what it names (that is for `topics`): subtitles, letters that fill the picture, a written
letter, a page in a browser, a phone's screen, a program's window. A layout is told by an anchor (an
address bar, a status bar, a row of menus, a salutation) and by what stands beside it at the same
time; an anchor alone makes no label, nor does one frame of a moving picture.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from videre.common.values import NS, SCORE_ONE
from videre.orchestrator.document import TextKind, TextLine, VideoFacts
from videre.orchestrator.features import TEXT, Modality
from videre.orchestrator.fusion.claims import ENOUGH_MENTIONS, Claim
from videre.orchestrator.fusion.pool import Witness
from videre.orchestrator.fusion.prominence import Presence, place_weight
from videre.orchestrator.fusion.refs import strength


@dataclass(frozen=True, slots=True)
class TextLabel:
    """How a label is told by text.

    Args:
        features: whose evidence it takes.
        about: what it goes by, in words.
    """

    about: str
    features: tuple[str, ...] = (TEXT.name,)


TEXT_LABELS: Final[Mapping[str, TextLabel]] = {
    "daily.text": TextLabel("Lines of text in the picture."),
    "daily.subtitle": TextLabel("Lines that come and go near the lower or upper edge."),
    "daily.latin_letters": TextLabel("Lines of Latin letters at least 6 % of the picture high."),
    "daily.chinese_characters": TextLabel("Lines of Han characters at least 6 % high."),
    "daily.digits": TextLabel("Lines of digits at least 6 % of the picture high."),
    "daily.correspondence": TextLabel(
        "A salutation, a closing formula below it, and lines in between."
    ),
    "virtual.web_page": TextLabel("A web address at the top and at least six lines below it."),
    "virtual.website": TextLabel("The address of a site at the top of a page."),
    "other_scenes.phone_screenshot": TextLabel(
        "An upright picture with a clock and signs of a phone in its uppermost line, "
        "and lines below it."
    ),
    "other_scenes.computer_screenshot": TextLabel(
        "Three menus of a program in a row near the top, and lines below them."
    ),
}
_TEXT: Final = Modality.TEXT.value
#: Lines that tell a layout; the first says when it is there.
Anchor = Sequence[TextLine]
#: Records of each line of an anchor that stand for it: two frames, so that none rests on one.
_ANCHOR_REFS: Final = 2
#: Labels told by a layout are no surer than this, E4: nobody looks at the picture itself.
_LAYOUT_SCORE: Final = 8_000
#: Letters count as what the picture shows from this height of their line on, E4.
_LARGE: Final = 600
#: Lines that must stand below an anchor at the same time.
_PAGE_LINES: Final = 6
_LETTER_LINES: Final = 2
_WINDOW_LINES: Final = 4
#: Lowest middle of an anchor, E4 of the height.
_ADDRESS_BELOW: Final = 1_500
_STATUS_BELOW: Final = 600
_MENU_BELOW: Final = 1_500
#: Lines are looked for in slots of so much time.
_SLOT_NS: Final = 10 * NS
#: Rows whose middles differ by at most this are one row, E4.
_ROW: Final = 150
#: Height over width of a phone held upright, in tenths.
_UPRIGHT_TENTHS: Final = 15
_MENUS: Final = 3

_ADDRESS: Final = re.compile(
    r"(?:https?://|www\.)[a-z0-9-]+(?:\.[a-z0-9-]+)+|"
    r"(?:^|\s)(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|io|cn|uk|de|jp|fr)(?:/\S*)?$",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(r"^\s*\d{1,2}[:：]\d{2}(?!\d|[:：]\d)")
_PHONE: Final = re.compile(
    r"\b[345]G\b|\bLTE\b|wi-?fi|\b\d{1,3}\s?%|\bk/s\b|中国移动|中国联通|中国电信", re.IGNORECASE
)
_MENU: Final = re.compile(
    r"\b(?:File|Edit|View|Insert|Format|Tools|Window|Help|Selection|Bookmarks|History)\b|"
    r"文件|编辑|视图|查看|插入|格式|工具|窗口|帮助"
)
_SALUTATION: Final = re.compile(
    r"^\s*(?:dear\s+\S|to whom it may concern|(?:尊敬|敬爱|亲爱)的)", re.IGNORECASE
)
_CLOSING: Final = re.compile(
    r"^\s*(?:yours(?: sincerely| faithfully| truly|,)|sincerely(?:,| yours)|"
    r"(?:best|kind|warm) (?:regards|wishes)|respectfully,|with love,|此致|敬礼|敬上|谨启|谨上|顺颂|"
    r"祝好$)",
    re.IGNORECASE,
)
#: Scripts by two of their characters: the first two decide, however long a line is.
_SCRIPTS: Final = tuple(
    (node, re.compile(f"{character}.*?{character}", re.DOTALL))
    for node, character in (
        ("daily.latin_letters", r"[A-Za-zÀ-ɏ]"),
        ("daily.chinese_characters", r"[\u3400-\u4dbf\u4e00-\u9fff]"),
        ("daily.digits", r"[0-9]"),
    )
)


def of_text_labels(lines: Sequence[TextLine], video: VideoFacts | None) -> list[Claim]:
    """Return claims of what kind of text is in the picture.

    Args:
        lines: stitched lines, in any order.
        video: the picture they stand in; None without one.
    """
    placed = sorted((line for line in lines if line.box is not None), key=_order)
    if video is None or not placed:
        return []
    still = video.frame_count == 1
    steady = [line for line in placed if still or len(line.evidence) > 1]
    claims = [_of_line("daily.subtitle", x) for x in steady if x.kind is TextKind.SUBTITLE]
    claims += _letters(steady)
    beside = _Beside(steady)
    for node, anchors, below in (
        ("virtual.web_page", _addresses, _PAGE_LINES),
        ("virtual.website", _addresses, _PAGE_LINES),
        ("other_scenes.computer_screenshot", _menus, _WINDOW_LINES),
        ("daily.correspondence", _letter_heads, 0),
        ("other_scenes.phone_screenshot", _status_bars(video), 1),
    ):
        claims += _layouts(node, anchors(beside), beside, below)
    return claims


def _order(line: TextLine) -> tuple[object, ...]:
    # No record is read as two lines, so the first one's id tells lines apart.
    ids = [ref.id for ref in line.evidence[:1]]
    return line.span.start_ns, line.span.end_ns, line.box, line.text, line.score, ids


def _of_line(node: str, line: TextLine) -> Claim:
    """Return the claim of a line for itself: as large as the line, as sure as it was read."""
    witness = Witness(_TEXT, TEXT.name, line.score)
    presence = Presence(line.span, place_weight(line.box))
    ids = tuple([ref.id for ref in line.evidence])
    return Claim(node, witness, ENOUGH_MENTIONS, (presence,), line.evidence, ids)


def _of_layout(node: str, anchor: Anchor, beside: Iterable[TextLine]) -> Claim:
    """Return the claim of a layout: it fills the picture while its anchor is there."""
    score = min(_LAYOUT_SCORE, *(line.score for line in anchor))
    refs = [ref for line in anchor for ref in line.evidence[:_ANCHOR_REFS]]
    refs += [ref for line in beside for ref in line.evidence[:1]]
    refs.sort(key=strength)
    return Claim(
        node,
        Witness(_TEXT, "layout", score),
        ENOUGH_MENTIONS,
        (Presence(anchor[0].span, SCORE_ONE),),
        tuple(refs),
        tuple([ref.id for ref in refs]),
    )


def _letters(lines: Iterable[TextLine]) -> Iterator[Claim]:
    """Yield a claim for each script that at least two characters of a large line belong to."""
    for line in lines:
        if line.box is not None and line.box[3] >= _LARGE:
            for node, two in _SCRIPTS:
                if two.search(line.text):
                    yield _of_line(node, line)


class _Beside:
    """Lines in order, and which are there at the same time as one of them.

    A film may show an address in its corner ten thousand times; only its neighbours are looked at.
    """

    def __init__(self, lines: Sequence[TextLine]) -> None:
        self.lines = lines
        self._by_slot: dict[int, list[int]] = defaultdict(list)
        for index, line in enumerate(lines):
            for slot in _slots(line):
                self._by_slot[slot].append(index)

    def at(self, line: TextLine) -> list[TextLine]:
        """Return the lines that are there with a line, itself among them, in order."""
        near = {index for slot in _slots(line) for index in self._by_slot[slot]}
        return [self.lines[i] for i in sorted(near) if _together(self.lines[i], line)]


def _slots(line: TextLine) -> range:
    return range(line.span.start_ns // _SLOT_NS, line.span.end_ns // _SLOT_NS + 1)


def _layouts(node: str, anchors: Iterable[Anchor], lines: _Beside, below: int) -> Iterator[Claim]:
    """Yield a claim for each anchor under which enough lines stand at the same time."""
    for anchor in anchors:
        lowest = max(_middle(line) for line in anchor)
        under = [
            line
            for line in lines.at(anchor[0])
            if line not in anchor
            and _middle(line) > lowest
            and all(_together(line, other) for other in anchor)
        ]
        if len(under) >= below:
            yield _of_layout(node, anchor, under[:below])


def _middle(line: TextLine) -> int:
    box = line.box or (0, 0, 0, 0)
    return box[1] + box[3] // 2


def _together(a: TextLine, b: TextLine) -> bool:
    """Tell whether two lines are there at one time; the lines of a still picture always are."""
    return a.span.start_ns == b.span.start_ns or a.span.overlaps(b.span)


def _addresses(lines: _Beside) -> Iterator[Anchor]:
    for line in lines.lines:
        if _middle(line) <= _ADDRESS_BELOW and _ADDRESS.search(line.text):
            yield (line,)


def _menus(lines: _Beside) -> Iterator[Anchor]:
    """Yield rows that name menus: one line with all of them, or a line for each."""
    for first in lines.lines:
        if _middle(first) > _MENU_BELOW or not _MENU.search(first.text):
            continue
        row = [
            line
            for line in lines.at(first)
            if abs(_middle(line) - _middle(first)) <= _ROW and _MENU.search(line.text)
        ]
        if row[0] is first and len({m for line in row for m in _MENU.findall(line.text)}) >= _MENUS:
            yield tuple(row)


def _letter_heads(lines: _Beside) -> Iterator[Anchor]:
    for head in lines.lines:
        if not _SALUTATION.search(head.text):
            continue
        under = [line for line in lines.at(head) if _middle(line) > _middle(head)]
        for closing in under:
            between = sum(_middle(line) < _middle(closing) for line in under)
            if _CLOSING.search(closing.text) and between >= _LETTER_LINES:
                yield head, closing
                break


def _status_bars(video: VideoFacts) -> Callable[[_Beside], Iterator[Anchor]]:
    upright = 10 * video.height >= _UPRIGHT_TENTHS * video.width

    def bars(lines: _Beside) -> Iterator[Anchor]:
        for clock in lines.lines if upright else ():
            if _middle(clock) > _STATUS_BELOW or not _CLOCK.search(clock.text):
                continue
            top = [line for line in lines.at(clock) if _middle(line) <= _STATUS_BELOW]
            signs = [line for line in top if _PHONE.search(line.text)]
            if signs:
                yield tuple(dict.fromkeys((clock, signs[0])))

    return bars
