"""For all tests: which of them run, and how properties are judged.

`VIDERE_TESTS=all` runs everything, as the gate does, and so does naming files, folders or tests.
Otherwise tests marked `long` are left out and properties try fewer examples: the rest has to be
done within ten minutes on two cores. `VIDERE_EXAMPLES=n` tries so many of all.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile

import pytest
from hypothesis import HealthCheck, settings
from synth import SHARED

_EXAMPLES_OF_ALL = 60
_EXAMPLES = 30
#: New objects before the youngest are looked at for cycles; Python's own 700 cost a quarter of
#: collecting the tests.
_NEW_OBJECTS = 20_000


def _all_wanted() -> bool:
    return os.environ.get("VIDERE_TESTS", "") == "all"


def pytest_configure(config: pytest.Config) -> None:
    """Take what is asked for; processes that share the work inherit it."""
    named = config.args_source is pytest.Config.ArgsSource.ARGS
    if named and not hasattr(config, "workerinput"):
        os.environ["VIDERE_TESTS"] = "all"
    if SHARED not in os.environ:
        os.environ[SHARED] = folder = tempfile.mkdtemp(prefix="videre-clips-")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])
    # Properties are judged by their answers, not by how busy the machine is.
    settings.register_profile(
        "suite",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        max_examples=int(
            os.environ.get("VIDERE_EXAMPLES", _EXAMPLES_OF_ALL if _all_wanted() else _EXAMPLES)
        ),
    )
    settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """Ten thousand tests live until the end: what looks for cycles need not look at them."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave long tests out, unless all are asked for."""
    long = [] if _all_wanted() else [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


def pytest_report_header() -> str | None:
    """Say what is left out."""
    return None if _all_wanted() else "left to the gate: tests marked long (VIDERE_TESTS=all)"
