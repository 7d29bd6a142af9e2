"""A real orchestrator without services: what it says before and beside the work of models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from calling import Api
from running import Processes, processes

#: Bound of one media, so that an oversize one is cheap to make.
MAX_MEDIA_BYTES = "2000000"
#: Nobody waits for services that are not there.
NO_PATIENCE = "0.2"


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """Settings of the module's orchestrator beside the usual ones."""
    return {}


@pytest.fixture(scope="module")
def suite(
    tmp_path_factory: pytest.TempPathFactory, settings: dict[str, str]
) -> Iterator[Processes]:
    folder = tmp_path_factory.mktemp("orchestrator")
    given = {
        "VIDERE_STAGE_PATIENCE": NO_PATIENCE,
        "VIDERE_MAX_MEDIA_BYTES": MAX_MEDIA_BYTES,
        "VIDERE_FILE_ROOTS": str(folder / "files"),
    }
    (folder / "files").mkdir()
    with processes(folder, "orchestrator", **(given | settings)) as running:
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
