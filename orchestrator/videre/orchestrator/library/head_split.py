"""Which media a head is fitted to and which it is measured on: whole ones, always the same. Pure.

Frames of one media look alike, so a head that has seen some of them knows the others. What was held
out once stays held out, and what a head was fitted to never measures a later one: two heads of one
name are compared on media that neither has seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from videre.common.values import sha256_hex

#: Fewest stretches of each class, and fewest media that they are of.
FEWEST: Final = 20
FEWEST_MEDIA: Final = 5
#: Media of each class that are left to fit to: calibration holds out one after the other.
_FEWEST_FITTED: Final = 3
#: Of each class, one stretch in four is held out.
_HELD_OUT: Final = 4
#: Media are held out one by one for calibration, of more than this together.
_MOST_FOLDS: Final = 10


@dataclass(frozen=True, slots=True)
class Count:
    """Stretches of a media that show a class, and that do not."""

    shown: int
    not_shown: int

    def of(self, *, shown: bool) -> int:
        """Return the number of one class."""
        return self.shown if shown else self.not_shown


def held_out(
    counts: Mapping[str, Count], before: Collection[str] = (), fitted: Collection[str] = ()
) -> frozenset[str]:
    """Return the media that are held out.

    Args:
        counts: by media.
        before: those that an earlier head of the name was measured on.
        fitted: those that it was fitted to.

    Returns:
        At least a quarter of each class where media that are free allow it, and never so many that
        one of the classes is left with fewer than three media to fit to.
    """
    chosen = {media for media in counts if media in before}
    free = sorted(set(counts) - set(before) - set(fitted), key=_order)
    for shown in (True, False):
        wanted = -(-_sum(counts, counts, shown=shown) // _HELD_OUT)
        for media in free:
            if _sum(counts, chosen, shown=shown) >= wanted:
                break
            if counts[media].of(shown=shown) and _leaves_enough(counts, chosen | {media}):
                chosen.add(media)
    return frozenset(chosen)


def folds(counts: Mapping[str, Count]) -> dict[str, int]:
    """Return the fold of each media; those with both classes first, each where least is yet."""
    totals = {shown: max(1, _sum(counts, counts, shown=shown)) for shown in (True, False)}
    number = max(2, min(_MOST_FOLDS, len(counts)))
    loads = [{True: 0, False: 0} for _ in range(number)]
    found: dict[str, int] = {}
    for media in sorted(counts, key=lambda one: (-_classes(counts[one]), _order(one))):
        own = [shown for shown in (True, False) if counts[media].of(shown=shown)]
        fold = min(range(number), key=lambda i: (sum(loads[i][s] / totals[s] for s in own), i))
        found[media] = fold
        for shown in own:
            loads[fold][shown] += counts[media].of(shown=shown)
    return found


def _order(media: str) -> str:
    """Return what orders media, whatever they are called."""
    return sha256_hex(media.encode())


def _classes(count: Count) -> int:
    return bool(count.shown) + bool(count.not_shown)


def _sum(counts: Mapping[str, Count], media: Iterable[str], *, shown: bool) -> int:
    return sum(counts[one].of(shown=shown) for one in media)


def _media(counts: Mapping[str, Count], media: Iterable[str], *, shown: bool) -> int:
    return sum(counts[one].of(shown=shown) > 0 for one in media)


def _leaves_enough(counts: Mapping[str, Count], chosen: set[str]) -> bool:
    left = set(counts) - chosen
    return all(_media(counts, left, shown=shown) >= _FEWEST_FITTED for shown in (True, False))
