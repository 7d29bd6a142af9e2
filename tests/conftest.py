"""For all tests: which of them run, and how properties are judged.

`VIDERE_TESTS=all` runs everything, as the gate does, and so does naming files, folders or tests.
Otherwise tests marked `long` are left out and properties try fewer examples: the rest has to be
done within ten minutes on two cores. `VIDERE_EXAMPLES=n` tries so many of all.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from synth import SHARED

if TYPE_CHECKING:
    from xdist.scheduler import LoadFileScheduling

_EXAMPLES_OF_ALL = 60
_EXAMPLES = 30
#: New objects before the youngest are looked at for cycles, and how many such looks before older
#: ones are: Python's own (700, 10, 10) cost a quarter of collecting the tests.
_CYCLES = (20_000, 5, 5)
#: Fixtures of suites with services, which a worker starts once, in seconds of a core: what asks for
#: one runs in one worker.
_DEAR = re.compile(r"\b(seeing|producing)(?:_api)?\b")
_ASKING = "tests/service/orchestrator/"


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
    gc.set_threshold(*_CYCLES)
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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFileScheduling | None:
    """Where files stay whole, those that share a dear suite stay together, too."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _suite_of(super()._split_scope(nodeid))

    return Together(config, log)


@cache
def _suite_of(file: str) -> str:
    """Return the dear suite that a file of tests asks for; the file where it asks for none."""
    if not file.startswith(_ASKING):
        return file
    asked = _DEAR.search((Path(__file__).parents[1] / file).read_text("utf-8"))
    return f"{_ASKING}{asked[1]}" if asked else file


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
