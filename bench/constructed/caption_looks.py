"""How captions look: a table of small, outlined, faint, moving, growing, upright … lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

_WHITE: Final = (255, 255, 255)
_BLACK: Final = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Look:
    """How a caption is drawn; lengths in pixels at 720 lines.

    Args:
        style: its name in reports.
        height: of the letters.
        outline: width of the edge around the letters.
        colour: of the letters.
        edge: colour of the outline.
        shadow: distance of a dark shadow, to the right and below.
        opacity: 0..1.
        box: 0..1, how dark a box behind it is; 0 = none.
        top: share of the picture's height above the line's middle.
        left: share of its width before the line; None = centred.
        walk: pixels that it moves to the left per frame.
        rise: pixels that it moves up per frame.
        crawl: pixels per frame; it enters at the right border and leaves at the left one.
        roll: pixels per frame; it enters at the lower border and leaves at the upper one.
        fade: frames in which it comes, and in which it goes.
        spelled: a letter comes every second frame.
        upright: characters stand below each other.
        stands: frames.
    """

    style: str
    height: int = 36
    outline: int = 0
    colour: tuple[int, int, int] = _WHITE
    edge: tuple[int, int, int] = _BLACK
    shadow: int = 0
    opacity: float = 1.0
    box: float = 0.0
    top: float = 0.86
    left: float | None = None
    walk: int = 0
    rise: int = 0
    crawl: int = 0
    roll: int = 0
    fade: int = 0
    spelled: bool = False
    upright: bool = False
    stands: int = 63

    @property
    def gradual(self) -> bool:
        """Tell whether it comes or goes little by little."""
        return bool(self.crawl or self.roll or self.fade or self.spelled)


#: A look and its lines, the upper one first.
Looks: TypeAlias = Sequence[tuple[Look, tuple[str, ...]]]

_TICKER: Final = "Heavy rain tonight in the northern hills; trains to the islands stay in port"
_TICKER_ZH: Final = "今晚北部山区有大雨，开往群岛的列车停运至明天上午九点"

LOOKS: Final[Looks] = (
    (Look("plain", outline=1), ("The morning train arrives at nine",)),
    (Look("small", height=18, outline=1), ("Letters of eighteen pixels are small",)),
    (Look("outlined", height=40, outline=4), ("White letters with a heavy edge",)),
    (Look("moving", outline=2, walk=3), ("This line walks to the left",)),
    (Look("half transparent", height=40, outline=2, opacity=0.55), ("You can see through it",)),
    (Look("boxed", height=32, box=0.6), ("A dark box stands behind the words",)),
    (Look("yellow, on top", outline=2, top=0.06, colour=(250, 220, 40)), ("Written at the top",)),
    (Look("small and faint", height=20, outline=1, opacity=0.7), ("Small letters, faint ones",)),
    (Look("tiny", height=15, outline=1), ("Not even sixteen pixels high",)),
    (Look("faint, no edge", height=44, opacity=0.4), ("Hardly more than a shimmer",)),
    (Look("large", height=60, outline=3), ("A title in large letters",)),
    (Look("dark", outline=2, colour=(15, 15, 15), edge=(235, 235, 235)), ("Dark letters, too",)),
    (Look("shadow", height=34, shadow=3), ("Only a shadow holds it",)),
    (Look("at the left", 28, 1, (120, 230, 255), top=0.5, left=0.04), ("Ellen Marsh, pilot",)),
    (Look("two lines", height=32, outline=2), ("The first of two lines", "and the one below it")),
    (Look("short", outline=2, stands=18), ("Gone in a moment",)),
    (Look("rising", outline=2, top=0.6, rise=2), ("It walks up the picture",)),
    (Look("fading", outline=2, fade=14), ("Slowly it comes and goes",)),
    (Look("spelled", outline=2, spelled=True), ("One letter after the other",)),
    (Look("crawl", height=30, outline=1, top=0.93, crawl=6), (_TICKER,)),
    (Look("roll", height=32, outline=1, roll=3), ("Directed by Maria Holt",)),
    (Look("plain zh", outline=1), ("早上的火车九点到站",)),
    (Look("small zh", height=20, outline=1), ("二十像素的字很小",)),
    (Look("half transparent zh", height=40, outline=2, opacity=0.5), ("透过字幕还能看见画面",)),
    (Look("upright zh", height=40, outline=2, upright=True, top=0.4, left=0.93), ("城市的夜晚",)),
    (Look("crawl zh", height=30, outline=1, top=0.93, crawl=6), (_TICKER_ZH,)),
)

#: What is drawn once more on pictures of another size.
HARD: Final[Looks] = tuple(
    (look, texts)
    for look, texts in LOOKS
    if look.style in ("small", "moving", "half transparent", "two lines", "crawl", "small zh")
)
