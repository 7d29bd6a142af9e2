"""Imported before numpy, this keeps its number library from starting threads of its own.

A slot is one thread on one core: a library that spreads a product of matrices over all cores takes
them from the other slots, burns them while it waits, and nobody counts it. Every process's package
imports this first; who sets the variables has his way.
"""

from __future__ import annotations

import os
from typing import Final

_VARIABLES: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

for _name in _VARIABLES:
    os.environ.setdefault(_name, "1")
