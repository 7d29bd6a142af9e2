"""What the field's own libraries measure, to hold ours against.

They bring SciPy and scikit-learn, 200 MB that nothing of the suite needs: they live in an
environment of their own, which `.ci/full` makes and VIDERE_MEASURES_PYTHON names.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest

PYTHON = "VIDERE_MEASURES_PYTHON"
needed = pytest.mark.skipif(
    not os.environ.get(PYTHON),
    reason=f"{PYTHON} names no Python with mir_eval, simpleder and scikit-learn",
)
_READ = "import json, sys\ngiven = json.load(sys.stdin)\n"


def told_by(script: str, given: Any) -> Any:
    """Return what a script makes of `given`: the list `told`, which it fills."""
    text = f"{_READ}told = []\n{script}\nprint(json.dumps(told))\n"
    ran = subprocess.run(
        [os.environ[PYTHON], "-W", "ignore", "-c", text], input=json.dumps(given),
        check=True, stdout=subprocess.PIPE, text=True, timeout=300,
    )  # fmt: skip
    return json.loads(ran.stdout)
