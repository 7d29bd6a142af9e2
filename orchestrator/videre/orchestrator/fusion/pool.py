"""How sure the suite is of a label, from what several witnesses say of it. Pure.

Every witness says a calibrated probability. Witnesses of different modalities err independently, so
their log-odds add up; two engines that look at the same picture err together, so the weaker one
counts a quarter. A witness below one half is silent, not opposed: that a dog does not bark is no
proof that there is none. What speaks against a label is a label that excludes it.

All sums are exact (`math.fsum`), so that the order of witnesses cannot change a digit.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import msgspec

from videre.common.values import SCORE_ONE

#: Weight of a further witness of a modality that has already spoken.
SAME_MODALITY_WEIGHT: Final = 0.25
#: Weight of what speaks against.
AGAINST_WEIGHT: Final = 0.5
#: Pooling alone never makes certainty, E4.
POOLED_CEILING: Final = 9_990


class Witness(msgspec.Struct, frozen=True, order=True, gc=False):
    """One engine's or word list's voice for a label: modality, who (a feature), score E4."""

    modality: str
    source: str
    score: int


def pool(witnesses: Iterable[Witness], against: Iterable[int] = ()) -> int:
    """Return the pooled confidence E4.

    With L(p) = ln(p / (1 − p)) and L⁺ = max(0, L):

        L(result) = L(best) + Σ_other modalities L⁺(best of it)
                  + ¼ Σ_other witnesses of a modality L⁺(p) − ½ Σ_against L⁺(q)

    One witness alone, unopposed, is believed exactly. The result is at most `POOLED_CEILING`, or
    the best witness where that one is surer.

    Args:
        witnesses: who speaks for the label, at least one.
        against: scores E4 of labels that exclude it.

    Raises:
        ValueError: nobody speaks for it.
    """
    by_modality: dict[str, list[int]] = defaultdict(list)
    for witness in witnesses:
        by_modality[witness.modality].append(witness.score)
    if not by_modality:
        raise ValueError("no witness")
    heads, rest = [], []
    for scores in by_modality.values():
        head, *others = sorted(scores, reverse=True)
        heads.append(head)
        rest += others
    first, *further = sorted(heads, reverse=True)
    terms = [max(0.0, _log_odds(score)) for score in further]
    terms += [SAME_MODALITY_WEIGHT * max(0.0, _log_odds(score)) for score in rest]
    ceiling = max(first, POOLED_CEILING) if any(terms) else first
    terms += [-AGAINST_WEIGHT * max(0.0, _log_odds(score)) for score in against]
    if not any(terms):
        return first
    return min(ceiling, _probability(math.fsum([_log_odds(first), *terms])))


def _log_odds(score: int) -> float:
    p = min(max(score, 1), SCORE_ONE - 1) / SCORE_ONE
    return math.log(p / (1 - p))


def _probability(log_odds: float) -> int:
    return int(SCORE_ONE / (1 + math.exp(-log_odds)) + 0.5)
