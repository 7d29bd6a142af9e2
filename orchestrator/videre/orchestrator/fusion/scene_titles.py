"""What a scene is called: its own words, never others. Pure.

The largest line that stands fixed in the scene's picture is its title (a title card, a slide, a
sign), or a caption that stays for half of it; where there is none, the first sentence that is said
in it. Lines that stay for much of the
film (a channel's logo, a watermark) are titles of nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import (
    EvidenceRef,
    TextKind,
    TextLine,
    TitleSource,
    Understanding,
    Utterance,
)
from videre.orchestrator.fusion.text_reading import skeleton

#: A line that is a title is read this surely, fills this much of the height (E4), has this many
#: letters and digits at least, and stays this long.
_LEAST_SCORE: Final = 8_500
_LEAST_HEIGHT: Final = 350
_LEAST_LETTERS: Final = 2
_LEAST_NS: Final = NS
#: A line belongs to the scene in which it appears; a reading may be a little early.
_EARLY_NS: Final = NS // 2
#: A text that is shown in more than one scene, and in more than this share of them, names none.
_EVERYWHERE: Final = 3
#: Longest title, characters; longer sentences are cut at a word.
_LONGEST: Final = 80
_SENTENCE_END: Final = re.compile(r"(?<=[.!?。！？])\s*")


@dataclass(frozen=True, slots=True)
class Title:
    """A title, where it comes from, and the proof."""

    text: str = ""
    source: TitleSource = TitleSource.NONE
    evidence: tuple[EvidenceRef, ...] = ()


NO_TITLE: Final = Title()


class Titles:
    """Finds the titles of scenes in the text and speech of one media.

    Args:
        lines: lines of text in the picture.
        utterances: what was said.
        scenes: the stretches of all scenes, in order.
    """

    def __init__(
        self,
        lines: Iterable[TextLine],
        utterances: Iterable[Utterance],
        scenes: Sequence[TimeSpan],
    ) -> None:
        candidates = sorted((line for line in lines if _may_be_title(line)), key=_order)
        texts = [skeleton(line.text) for line in candidates]
        everywhere = _everywhere(candidates, texts, scenes)
        self._lines = [
            line for line, text in zip(candidates, texts, strict=True) if text not in everywhere
        ]
        self._line_starts = [line.span.start_ns for line in self._lines]
        self._said = sorted(
            (
                said
                for said in utterances
                if said.understanding is Understanding.UNDERSTOOD and said.text.strip()
            ),
            key=lambda said: said.span,
        )
        self._said_starts = [said.span.start_ns for said in self._said]

    def of(self, scene: TimeSpan) -> Title:
        """Return the title of a scene; `NO_TITLE` where nothing is written or said in it."""
        first = bisect_left(self._line_starts, scene.start_ns - _EARLY_NS)
        last = bisect_left(self._line_starts, scene.end_ns - _EARLY_NS)
        lasting = [line for line in self._lines[first:last] if _lasts(line, scene)]
        if lasting:
            line = min(lasting, key=_prominence)
            return Title(shortened(line.text), TitleSource.PICTURE_TEXT, line.evidence)
        first = bisect_left(self._said_starts, scene.start_ns)
        if first < len(self._said) and self._said_starts[first] < scene.end_ns:
            said = self._said[first]
            sentence = _SENTENCE_END.split(said.text.strip(), maxsplit=1)[0]
            return Title(shortened(sentence), TitleSource.SPEECH, said.evidence)
        return NO_TITLE


def shortened(text: str) -> str:
    """Return a text of at most 80 characters, cut at a blank where there is one."""
    if len(text) <= _LONGEST:
        return text
    cut = text[: _LONGEST - 1]
    head, blank, _ = cut.rpartition(" ")
    return f"{head if blank and 2 * len(head) > _LONGEST else cut}…"


def _may_be_title(line: TextLine) -> bool:
    return (
        line.kind in (TextKind.FIXED, TextKind.SUBTITLE)
        and line.box is not None
        and line.box[3] >= _LEAST_HEIGHT
        and line.box[2] > line.box[3] // 2  # no upright line of a turned text
        and line.score >= _LEAST_SCORE
        and line.span.duration_ns >= _LEAST_NS
        and sum(map(str.isalpha, line.text)) >= _LEAST_LETTERS
    )


def _lasts(line: TextLine, scene: TimeSpan) -> bool:
    """Tell whether a line stays long enough for what it is: a caption of a few words does not."""
    return line.kind is TextKind.FIXED or 2 * line.span.duration_ns >= scene.duration_ns


def _order(line: TextLine) -> tuple[object, ...]:
    return line.span.start_ns, line.span.end_ns, line.box or (), line.text


def _prominence(line: TextLine) -> tuple[object, ...]:
    """Return the key that puts the largest line first, then the one that stays longest."""
    height = line.box[3] if line.box else 0
    return -height, -line.span.duration_ns, _order(line)


def _everywhere(
    lines: Sequence[TextLine], texts: Sequence[str], scenes: Sequence[TimeSpan]
) -> frozenset[str]:
    """Return the skeletons of texts that are shown in too many scenes to name one."""
    starts = [scene.start_ns for scene in scenes]
    ends = [scene.end_ns for scene in scenes]
    shown: dict[str, set[int]] = defaultdict(set)
    for line, text in zip(lines, texts, strict=True):
        first = bisect_left(ends, line.span.start_ns + _EARLY_NS)
        last = bisect_left(starts, line.span.end_ns - _EARLY_NS)
        shown[text].update(range(first, last))
    return frozenset(
        text
        for text, where in shown.items()
        if len(where) > 1 and _EVERYWHERE * len(where) > len(scenes)
    )
