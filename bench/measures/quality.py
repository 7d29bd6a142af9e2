"""Faults that were planted beside faults that were told, and what is told of clean media. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bench.constructed.faulty import Faulty, Half, Planted
from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import interval, middle, rate_interval, ratio

#: A fault is found when this share of its time is told, and no more than this too much at an end.
COVERED: Final = 0.5
TOO_MUCH_S: Final = 1.5
_MILDEST: Final = 0
#: Kinds that are heard; all others are seen.
_HEARD: Final = frozenset(
    {
        "silence",
        "clipping",
        "hum",
        "out_of_phase",
        "dual_mono",
        "dc_offset",
        "channel_imbalance",
        "channel_missing",
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """A fault as the answer tells it, seconds."""

    kind: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Known:
    """A fault that a medium of the set really has; without times it has it all through."""

    kind: str
    spans: tuple[tuple[float, float], ...]

    def explains(self, told: Told) -> bool:
        """Tell whether somebody who looked agrees with what is told."""
        return told.kind == self.kind and (
            not self.spans
            or any(
                start - TOO_MUCH_S <= told.start_s and told.end_s <= end + TOO_MUCH_S
                for start, end in self.spans
            )
        )


@dataclass(frozen=True, slots=True)
class Clean:
    """A medium without faults but for those that are known."""

    name: str
    seconds: float
    told: tuple[Told, ...]
    known: tuple[Known, ...] = ()

    def of_picture(self) -> Clean:
        """Return it with only what is told of its picture."""
        return replace(self, told=tuple(item for item in self.told if item.kind not in _HEARD))

    def of_sound(self) -> Clean:
        """Return it with only what is told of its sound."""
        return replace(self, told=tuple(item for item in self.told if item.kind in _HEARD))

    @property
    def false(self) -> tuple[Told, ...]:
        """What is told and not there."""
        return tuple(
            told for told in self.told if not any(known.explains(told) for known in self.known)
        )


def found(planted: Planted, told: Iterable[Told]) -> tuple[float, float] | None:
    """Return how far the told beginning and end are off, seconds; None when it is not found."""
    start_s, end_s = planted.span.start_s, planted.span.end_s
    met = [
        item
        for item in told
        if item.kind == planted.kind and item.start_s < end_s and start_s < item.end_s
    ]
    if not met:
        return None
    covered = sum(min(item.end_s, end_s) - max(item.start_s, start_s) for item in met)
    first, last = min(item.start_s for item in met), max(item.end_s for item in met)
    if covered < COVERED * (end_s - start_s) or max(start_s - first, last - end_s) > TOO_MUCH_S:
        return None
    return abs(first - start_s), abs(last - end_s)


@dataclass(frozen=True, slots=True)
class _Look:
    """A planted fault, and how far its told times are off; None when it is not found."""

    faulty: Faulty
    planted: Planted
    off: tuple[float, float] | None


def planted_figures(films: Sequence[tuple[Faulty, Sequence[Told]]]) -> list[Measured]:
    """Return the share of the planted faults that is found, and how well their times are told."""
    looks = [
        _Look(faulty, planted, found(planted, told))
        for faulty, told in films
        for planted in faulty.planted
    ]
    told_of = {faulty.path: told for faulty, told in films}
    missed = [_missed(look, told_of[look.faulty.path]) for look in looks if look.off is None]
    offs = [look.off for look in looks if look.off is not None]
    kinds = sorted({look.planted.kind for look in looks})
    return [
        _share("planted faults found", looks, missed),
        *(
            _share(f"found: {half} half", [x for x in looks if x.faulty.source.half is half])
            for half in Half
        ),
        _share("found: mildest strength", [x for x in looks if x.planted.strength == _MILDEST]),
        *(_share(f"found: {kind}", [x for x in looks if x.planted.kind == kind]) for kind in kinds),
        _edge("beginning of a fault: error", [start for start, _ in offs]),
        _edge("end of a fault: error", [end for _, end in offs]),
        _beside(films),
    ]


def _share(name: str, looks: Sequence[_Look], missed: Sequence[Case] = ()) -> Measured:
    """Return the share that is found; its interval is over the sources, which are few."""
    units: dict[str, tuple[float, float]] = {}
    for look in looks:
        hits, whole = units.get(look.faulty.source.name, (0.0, 0.0))
        units[look.faulty.source.name] = hits + (look.off is not None), whole + 1
    own = list(units.values())
    hits, whole = (int(sum(unit[part] for unit in own)) for part in range(2))
    how = f"{hits} of {whole} in {len(own)} sources"
    return Measured(name, ratio(own), "share", how, interval(own, ratio), tuple(missed), shown=20)


def _missed(look: _Look, told: Iterable[Told]) -> Case:
    kind, start_s = look.planted.kind, look.planted.span.start_s
    spans = [f"{item.start_s:.1f}–{item.end_s:.1f} s" for item in told if item.kind == kind]
    expected = f"{kind}, strength {look.planted.strength + 1}"
    return Case(look.faulty.path.name, start_s, expected, ", ".join(spans) or "nothing")


def _edge(name: str, errors: Sequence[float]) -> Measured:
    worst = f"; the worst {max(errors):.2f} s" if errors else ""
    how = f"median of the {len(errors)} that are found{worst}"
    return Measured(name, middle(errors), "s", how, interval(errors, middle))


def _beside(films: Sequence[tuple[Faulty, Sequence[Told]]]) -> Measured:
    """Return how much of the planted kind is told where it was not planted."""
    cases = [
        Case(faulty.path.name, item.start_s, "nothing", f"{item.kind} until {item.end_s:.2f} s")
        for faulty, told in films
        for item in told
        if item.kind == faulty.kind
        and all(
            item.end_s <= planted.span.start_s or planted.span.end_s <= item.start_s
            for planted in faulty.planted
        )
    ]
    how = "of the planted kind, in the clean stretches of the same files"
    return Measured("told beside the planted", float(len(cases)), "faults", how, cases=tuple(cases))


def clean_figure(name: str, media: Sequence[Clean]) -> Measured:
    """Return how many faults an hour are told of media that do not have them."""
    cases = tuple(
        Case(item.name, told.start_s, "nothing", f"{told.kind} until {told.end_s:.2f} s")
        for item in media
        for told in item.false
    )
    hours = sum(item.seconds for item in media) / 3_600
    how = f"{len(cases)} in {60 * hours:.1f} minutes of {len(media)} media"
    if not hours:
        return Measured(name, None, "/h", how)
    spread = rate_interval(len(cases), hours)
    return Measured(name, len(cases) / hours, "/h", how, spread, cases, shown=20)
