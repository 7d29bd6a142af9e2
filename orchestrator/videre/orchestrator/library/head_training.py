"""Making a head of labelled stretches, and measuring it where nobody has looked before. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from videre.common.errors import FieldViolation, Reason, VidereError
from videre.common.values import SCORE_ONE
from videre.orchestrator.fusion.face_vectors import SCALE, Vectors
from videre.orchestrator.library.head_fit import (
    Figures,
    Floats,
    Labelled,
    figures,
    fit,
    surprise,
)
from videre.orchestrator.library.head_split import FEWEST, FEWEST_MEDIA, Count, folds, held_out
from videre.orchestrator.library.heads import Head, head_of, probabilities

#: Frames of a stretch that are looked at: evenly chosen ones, they are much alike.
MOST_FRAMES: Final = 8
#: Fewest stretches of each class that are measured, and that are fitted to.
_FEWEST_MEASURED: Final = 5
_FEWEST_FITTED: Final = 10
#: Standard errors that the mean gain has to exceed: by chance one worthless head in twenty does.
_SURE: Final = 1.645


@dataclass(frozen=True, slots=True, eq=False)
class LabelledStretch:
    """A stretch of a media that shows a class, or does not.

    Args:
        media: SHA-256 (hex) of the media's bytes.
        shown: it shows the class.
        vectors: of its frames, at most `MOST_FRAMES`.
    """

    media: str
    shown: bool
    vectors: Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """The head that is to be replaced.

    Args:
        head: the head; None where its embeddings are another engine's.
        held_out: media that it was measured on.
        fitted: media that it was fitted to.
    """

    head: Head | None = None
    held_out: tuple[str, ...] = ()
    fitted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A head with how well it does, and how well what was there does on the same.

    Args:
        head: the head, of no entry.
        held_out: media that it was measured on.
        fitted: media that it was fitted to.
        counted: stretches it was fitted to.
        measured: stretches it was measured on.
        figures: on these.
        before: of the head that was there, else of the share of the class in what was fitted to.
        better: it may take the place of what was there.
    """

    head: Head
    held_out: tuple[str, ...]
    fitted: tuple[str, ...]
    counted: Count
    measured: Count
    figures: Figures
    before: Figures
    better: bool


def train(
    stretches: Sequence[LabelledStretch], engine: str, earlier: Earlier, threshold: int
) -> Trained:
    """Fit a head to most media and measure it on the others.

    Args:
        stretches: what is known.
        engine: what made the vectors.
        earlier: what is to be replaced.
        threshold: score E4 from which a frame counts as found.

    Raises:
        VidereError: SAMPLES_FEW.
    """
    counts = _counts(stretches)
    _require(counts, FEWEST, FEWEST_MEDIA, "")
    apart = held_out(counts, earlier.held_out, earlier.fitted)
    measured = [one for one in stretches if one.media in apart]
    given = [one for one in stretches if one.media not in apart]
    _require(_counts(measured), _FEWEST_MEASURED, 1, " in media held out")
    _require(_counts(given), _FEWEST_FITTED, 2, " in media that are not held out")
    weights, bias = fit(_labelled(given))
    head = head_of(weights, bias, engine)
    rows, shown, counted = _frames(measured)
    share = sum(one.shown for one in given) / len(given)
    guess = np.full(len(shown), share)
    before = guess if earlier.head is None else probabilities(earlier.head, rows)
    limit = threshold / SCORE_ONE
    now = probabilities(head, rows)
    gains = counted * (surprise(before, shown) - surprise(now, shown))
    starts = np.cumsum([0, *(len(one.vectors) for one in measured[:-1])])
    return Trained(
        head=head,
        held_out=tuple(sorted(apart)),
        fitted=tuple(sorted(set(counts) - apart)),
        counted=_sum(_counts(given)),
        measured=_sum(_counts(measured)),
        figures=figures(now, shown, counted, limit),
        before=figures(before, shown, counted, limit),
        better=_is_sure(np.add.reduceat(gains, starts)),
    )


def _is_sure(gains: Floats) -> bool:
    """Tell whether the stretches gain on average, beyond what chance explains."""
    error = float(gains.std(ddof=1)) / len(gains) ** 0.5
    mean = float(gains.mean())
    return bool(mean > _SURE * error)


def _counts(stretches: Iterable[LabelledStretch]) -> dict[str, Count]:
    found: dict[str, Count] = {}
    for one in stretches:
        known = found.get(one.media, Count(0, 0))
        found[one.media] = Count(known.shown + one.shown, known.not_shown + (not one.shown))
    return found


def _sum(counts: Mapping[str, Count]) -> Count:
    every = counts.values()
    return Count(sum(one.shown for one in every), sum(one.not_shown for one in every))


def _require(counts: Mapping[str, Count], fewest: int, media: int, where: str) -> None:
    """Make sure that both classes have enough stretches, of enough media."""
    for shown, name in ((True, "show the class"), (False, "do not show the class")):
        there = [one.of(shown=shown) for one in counts.values()]
        of = sum(number > 0 for number in there)
        if sum(there) >= fewest and of >= media:
            continue
        limit, actual = f"{fewest} of {media} media", f"{sum(there)} of {of} media"
        said = f"{sum(there)} labelled stretches of {of} media{where} {name}, needed are {limit}"
        raise VidereError(
            Reason.SAMPLES_FEW,
            said,
            violations=(FieldViolation("examples", said, limit, actual),),
            metadata={"field": "examples", "limit": limit, "actual": actual},
        )


def _frames(stretches: Sequence[LabelledStretch]) -> tuple[Vectors, Floats, Floats]:
    """Return the frames of stretches, whether they show the class, and how much each counts."""
    sizes = [len(one.vectors) for one in stretches]
    shown = np.repeat([float(one.shown) for one in stretches], sizes)
    counted = np.repeat([1 / size for size in sizes], sizes)
    return np.concatenate([one.vectors for one in stretches]), shown, counted


def _labelled(stretches: Sequence[LabelledStretch]) -> Labelled:
    rows, shown, counted = _frames(stretches)
    fold_of = folds(_counts(stretches))
    own = np.repeat([fold_of[one.media] for one in stretches], [len(s.vectors) for s in stretches])
    return Labelled((rows / SCALE).astype(np.float32), shown, counted, own.astype(np.int64))
