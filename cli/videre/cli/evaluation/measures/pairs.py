"""What every measure reads: media of which something is known, beside the answers about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from videre.cli.evaluation.observed import Observed
from videre.cli.evaluation.truth import Truth

Pair: TypeAlias = tuple[Truth, Observed]
Pairs: TypeAlias = Sequence[Pair]
