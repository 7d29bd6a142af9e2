"""Which lines of text in the picture become captions. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from videre.exports.production_params.regions import Box
from videre.production.known import Written

#: Of what is in no language: numbers, signs.
_NONE: Final = "und"
#: How far from the place of the main track a line may stand, in heights: captions have two lines.
_NEAR: Final = 2.0
#: Places by which lines are counted, shares of the picture's height.
_PLACE: Final = 0.02


def wanted_lines(
    lines: Sequence[Written], region: Box | None, languages: Sequence[str], *, main: bool
) -> list[Written]:
    """Return the subtitles that are asked for.

    Args:
        lines: in order of time.
        region: in which their middle must lie; None = anywhere.
        languages: that are kept; none = all.
        main: whether only the main track is kept.
    """
    kept = [one for one in lines if one.subtitle and (region is None or _inside(one, region))]
    if main:
        kept = main_track(kept)
    allowed = {*languages, _NONE} if languages else None
    return [one for one in kept if allowed is None or language(one) in allowed]


def _inside(line: Written, region: Box) -> bool:
    x, y = line.x + line.width / 2, line.y + line.height / 2
    across = region.x <= x <= region.x + region.width
    return across and region.y <= y <= region.y + region.height


def main_track(lines: Sequence[Written]) -> list[Written]:
    """Return the lines that stand near the height at which text stands for the longest time."""
    lasting: Counter[int] = Counter()
    for one in lines:
        place = round((one.y + one.height / 2) / _PLACE)
        lasting[place] += one.stretch.end_ns - one.stretch.start_ns
    if not lasting:
        return []
    # Of two places with as much the lower one is the usual one of subtitles.
    main = max(lasting, key=lambda at: (lasting[at], at)) * _PLACE
    return [one for one in lines if abs(one.y + one.height / 2 - main) <= _NEAR * one.height]


def language(line: Written) -> str:
    """Return the language without script and country: "zh" of "zh-Hans"."""
    return line.language.split("-", 1)[0] or _NONE


def by_language(lines: Sequence[Written], wanted: Sequence[str]) -> dict[str, list[Written]]:
    """Return lines by language: of those that are wanted, else of those that are there.

    What is in no language goes with the language that most lines have. Nothing at all is of the
    language "und".
    """
    found: defaultdict[str, list[Written]] = defaultdict(list)
    for one in lines:
        found[language(one)].append(one)
    without = found.pop(_NONE, [])
    names = list(wanted) or sorted(found) or [_NONE]
    most = max(names, key=lambda name: (len(found[name]), -names.index(name)))
    order = {id(one): place for place, one in enumerate(lines)}
    found[most] = sorted([*found[most], *without], key=lambda one: order[id(one)])
    return {name: found[name] for name in names}
