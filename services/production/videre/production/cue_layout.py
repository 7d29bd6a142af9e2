"""From what was said, or read in the picture, to captions. Pure.

Cues hold at most two lines, do not overlap, and stay long enough to be read where there is room.
Durations follow the usual style guides (Netflix timed text: 5/6 s to 7 s).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from videre.exports.cues import Cue
from videre.production.known import Said, Stretch, Utterance, Written
from videre.production.line_breaking import hard_cut, joined, lines, pieces, width

_MS: Final = 1_000_000
_SHORTEST_NS: Final = 833_333_333
_LONGEST_NS: Final = 7_000_000_000
#: A pause between words at which a new cue begins.
_PAUSE_NS: Final = 800_000_000
_SENTENCE_END: Final = (".", "?", "!", "。", "？", "！", "…")
_MAX_LINES: Final = 2


def speech_cues(utterances: Sequence[Utterance], limit: int) -> list[Cue]:
    """Return cues of understood speech.

    Args:
        utterances: in order of time.
        limit: columns of a line; a wide character takes two.
    """
    cues: list[Cue] = []
    for utterance in utterances:
        words = utterance.words or _spread(utterance.text, utterance.stretch)
        cues += _cut(_fitting(words, limit), limit)
    return _readable(cues)


def picture_cues(subtitles: Sequence[Written], limit: int) -> list[Cue]:
    """Return cues of subtitles read in the picture; times stay as they were seen.

    Args:
        subtitles: in order of time, upper lines first.
        limit: columns of a line; a wide character takes two.
    """
    cues: list[Cue] = []
    for group in _together(subtitles):
        stretch = Stretch(
            min(line.stretch.start_ns for line in group),
            max(line.stretch.end_ns for line in group),
        )
        texts = tuple(line.text for line in group)
        if len(texts) <= _MAX_LINES and all(width(text) <= limit for text in texts):
            cues += [Cue(stretch.start_ns, stretch.end_ns, texts)]
        else:
            words = _fitting(_spread(joined(list(texts)), stretch), limit)
            cues += _cut(words, limit, longest_ns=stretch.end_ns - stretch.start_ns)
    return _apart(cues)


def _together(subtitles: Sequence[Written]) -> list[list[Written]]:
    """Group lines that are on show together for at least half of the shorter one's time."""
    groups: list[list[Written]] = []
    for line in subtitles:
        if line.stretch.end_ns <= line.stretch.start_ns or not line.text.strip():
            continue
        if groups and _share(groups[-1][0].stretch, line.stretch) >= 0.5:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _share(a: Stretch, b: Stretch) -> float:
    common = min(a.end_ns, b.end_ns) - max(a.start_ns, b.start_ns)
    return common / min(a.end_ns - a.start_ns, b.end_ns - b.start_ns)


def _spread(text: str, stretch: Stretch) -> tuple[Said, ...]:
    """Return the words of a text with times in proportion to their length."""
    return _shared(pieces(text), stretch)


def _shared(parts: Sequence[str], stretch: Stretch) -> tuple[Said, ...]:
    length = stretch.end_ns - stretch.start_ns
    total = max(1, sum(width(part) for part in parts))
    said, done = [], 0
    for part in parts:
        start = stretch.start_ns + length * done // total
        done += width(part)
        said.append(Said(Stretch(start, stretch.start_ns + length * done // total), part.strip()))
    return tuple(said)


def _fitting(words: Sequence[Said], limit: int) -> list[Said]:
    """Return words of which each fits on a line; longer ones are cut, with their time."""
    fitting: list[Said] = []
    for word in words:
        if width(word.text) > limit:
            fitting += _shared(hard_cut(word.text, limit), word.stretch)
        else:
            fitting.append(word)
    return fitting


def _cut(words: Sequence[Said], limit: int, longest_ns: int = _LONGEST_NS) -> list[Cue]:
    """Return cues of words: as full as they may be, ended at pauses and sentences."""
    cues: list[Cue] = []
    held: list[Said] = []
    for word in words:
        if held and _ends(held, word, limit, longest_ns):
            cues += _cue(held, limit)
            held = []
        held.append(word)
    return cues + _cue(held, limit)


def _ends(held: list[Said], word: Said, limit: int, longest_ns: int) -> bool:
    start, last = held[0].stretch.start_ns, held[-1]
    text = joined([one.text for one in held])
    return (
        lines(joined([text, word.text]), limit) is None
        or word.stretch.end_ns - start > longest_ns
        or word.stretch.start_ns - last.stretch.end_ns > _PAUSE_NS
        or (last.text.endswith(_SENTENCE_END) and width(text) > limit)
    )


def _cue(held: list[Said], limit: int) -> list[Cue]:
    laid = lines(joined([word.text for word in held]), limit)
    if not held or laid is None or not "".join(laid):
        return []
    start, end = held[0].stretch.start_ns, held[-1].stretch.end_ns
    return [Cue(start, max(end, start + 1), laid)]


def _readable(cues: list[Cue]) -> list[Cue]:
    """Lengthen short cues into the time before the next one."""
    longer = [replace(cue, end_ns=max(cue.end_ns, cue.start_ns + _SHORTEST_NS)) for cue in cues]
    return _apart(longer)


def _apart(cues: list[Cue]) -> list[Cue]:
    """End each cue before the next one begins; of two that begin together one comes 1 ms later."""
    apart: list[Cue] = []
    for cue in sorted(cues, key=lambda one: one.start_ns):
        if apart and apart[-1].start_ns >= cue.start_ns:
            start = apart[-1].start_ns + _MS
            cue = replace(cue, start_ns=start, end_ns=max(cue.end_ns, start + _MS))
        if apart and apart[-1].end_ns > cue.start_ns:
            apart[-1] = replace(apart[-1], end_ns=cue.start_ns)
        apart.append(cue)
    return apart
