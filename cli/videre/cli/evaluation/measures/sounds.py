"""Sound events: is the known one among the three strongest where it is heard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import interval, ratio
from videre.cli.evaluation.measures.pairs import Pairs
from videre.cli.evaluation.observed import Observed
from videre.cli.evaluation.truth import Event

_TOP: Final = 3
#: AudioSet's names for what a set's author writes; others are compared as they stand.
NAMES: Final[Mapping[str, frozenset[str]]] = {
    "dog": frozenset({"dog", "bark", "yip", "bow-wow", "growling", "domestic animals, pets"}),
    "bird": frozenset({"bird", "bird vocalization, bird call, bird song", "chirp, tweet"}),
    "thunderstorm": frozenset({"thunderstorm", "thunder"}),
    "roar": frozenset({"roar", "roaring cats (lions, tigers)", "growling"}),
}


def top_sounds(pairs: Pairs, figure: str = "sound: top-3") -> Measured:
    """Return the share of known events that are among the three strongest there."""
    units = []
    cases = []
    for truth, answer in pairs:
        for event in truth.events:
            strongest = _strongest(event, answer)
            names = NAMES.get(event.name.casefold(), frozenset({event.name.casefold()}))
            found = any(name.casefold() in names for name in strongest)
            units.append((float(found), 1.0))
            if not found:
                at_s = event.span.start_s if event.span else None
                got = ", ".join(strongest) or "no sound"
                cases.append(Case(truth.name, at_s, event.name, got))
    found_count = int(sum(unit[0] for unit in units))
    how = f"{found_count} of {len(units)} events among the {_TOP} strongest classes"
    return Measured(figure, ratio(units), "share", how, interval(units, ratio), tuple(cases))


def _strongest(event: Event, answer: Observed) -> list[str]:
    best: dict[str, float] = {}
    for sound in answer.sounds:
        span = event.span
        if span and not (sound.span.start_s < span.end_s and span.start_s < sound.span.end_s):
            continue
        best[sound.name] = max(best.get(sound.name, 0.0), sound.confidence)
    return sorted(best, key=lambda name: -best[name])[:_TOP]
