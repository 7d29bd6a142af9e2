"""Small models of torch libraries, made on the spot in the libraries' own environments.

They are kept in `build/torch-models` by the text of the script that makes them and of what it
imports beside it: training takes minutes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parent
_SCRIPTS = _HERE / "torch_models"
_KEPT = _HERE.parent / "build" / "torch-models"


def python_of(service: str) -> str:
    """Return the Python of a service's environment with torch; "" when none is named."""
    return os.environ.get(f"VIDERE_{service.upper()}_PYTHON", "")


def operations(service: str, *, own: bool) -> pytest.MarkDecorator:
    """Return the mark of tests for an mmcv with compiled operations of its own, or without."""
    packages = Path(python_of(service)).parent.parent / "lib"
    there = any(packages.glob("python3*/site-packages/mmcv/_ext*"))
    made = f"make torch-{service}{' MMCV_OPS=1' * own}"
    return pytest.mark.skipif(there != own, reason=f"for an environment of {made}")


def models_of(service: str, script: str) -> Path:
    """Return the folder of what a script makes, which it makes unless it has before."""
    folder = _KEPT / f"{script}-{hashlib.sha256(_text(script).encode()).hexdigest()[:16]}"
    if not folder.is_dir():
        making = folder.with_name(f"{folder.name}.making-{os.getpid()}")
        making.mkdir(parents=True)
        try:
            _run(service, script, making)
            making.rename(folder)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return folder


def _text(script: str) -> str:
    """Return the text of a script and of the ones beside it that it imports."""
    own = (_SCRIPTS / f"{script}.py").read_text()
    beside = [
        path.read_text()
        for path in sorted(_SCRIPTS.glob("*.py"))
        if re.search(rf"^(import|from) {path.stem}\b", own, re.MULTILINE)
    ]
    return own + "".join(beside)


def told_by(service: str, script: str, *arguments: str | Path) -> Any:
    """Return the JSON that a script prints last."""
    return json.loads(_run(service, script, *arguments).splitlines()[-1])


def _run(service: str, script: str, *arguments: str | Path) -> str:
    command = [python_of(service), str(_SCRIPTS / f"{script}.py"), *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=1_800, check=False)
    assert ended.returncode == 0, ended.stderr[-3_000:]
    return ended.stdout
