"""A real orchestrator without services: what it says before and beside the work of models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from calling import Api
from running import Processes, processes

#: Settings of every orchestrator here: an oversize media is cheap to make, and nobody waits for
#: services that are not there.
SETTINGS = {"VIDERE_MAX_MEDIA_BYTES": "2000000", "VIDERE_STAGE_PATIENCE": "0.2"}


@pytest.fixture(scope="session")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """The orchestrator that modules share; those that need another one have their own fixture."""
    folder = tmp_path_factory.mktemp("orchestrator")
    (folder / "files").mkdir()
    given = SETTINGS | {"VIDERE_FILE_ROOTS": str(folder / "files")}
    with processes(folder, "orchestrator", **given) as running:
        yield running


@pytest.fixture(scope="module")
def api(suite: Processes) -> Iterator[Api]:
    with Api(suite.ports.target("orchestrator")) as api:
        yield api


@pytest.fixture(scope="module")
def data(suite: Processes) -> Path:
    """The orchestrator's data folder."""
    return suite.folder / "data"


@pytest.fixture(scope="module")
def files(suite: Processes) -> Path:
    """The one folder that files may be read from."""
    return suite.folder / "files"
