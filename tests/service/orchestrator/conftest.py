"""A real orchestrator without services: what it says before and beside the work of models."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from calling import Api
from running import Processes, processes

#: An oversize media is cheap to make, and nobody waits for services that are not there.
SETTINGS = {"VIDERE_MAX_MEDIA_BYTES": "2000000", "VIDERE_STAGE_PATIENCE": "0.2"}

Start = Callable[..., AbstractContextManager[Processes]]


@pytest.fixture(scope="session")
def orchestrator(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Return what runs an orchestrator for the length of a block, with settings of its own."""

    @contextmanager
    def run(*services: str, **settings: str) -> Iterator[Processes]:
        folder = tmp_path_factory.mktemp("orchestrator")
        (folder / "files").mkdir()
        places = {
            "VIDERE_FILE_ROOTS": str(folder / "files"),
            "VIDERE_QUARANTINE_DIR": str(folder / "quarantine"),
        }
        given = SETTINGS | places | settings
        with processes(folder, "orchestrator", *services, **given) as running:
            yield running

    return run


@pytest.fixture(scope="session")
def suite(orchestrator: Start) -> Iterator[Processes]:
    """The orchestrator that modules share; those that need another one have their own fixture."""
    with orchestrator() as running:
        yield running


@pytest.fixture(scope="session")
def seeing(orchestrator: Start, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """The orchestrator that modules share whose media have to be looked at; it reads test media."""
    folder = os.environ.get("VIDERE_TEST_MEDIA") or str(tmp_path_factory.mktemp("none"))
    with orchestrator("visual", VIDERE_FILE_ROOTS=folder) as running:
        yield running


@pytest.fixture(scope="session")
def producing(orchestrator: Start) -> Iterator[Processes]:
    """The orchestrator that modules share whose jobs make files."""
    with orchestrator("production", VIDERE_STAGE_PATIENCE="3") as running:
        yield running


def _project(module: str) -> str:
    """Return the id of a module's own project."""
    return module.rpartition(".")[2].removeprefix("test_").replace("_", "-")


@pytest.fixture(scope="module")
def own_api(suite: Processes, request: pytest.FixtureRequest) -> Iterator[Api]:
    """The shared orchestrator in a project of the module's own: it looks at all media of it."""
    with Api(suite.ports.target("orchestrator"), _project(request.module.__name__)) as api:
        yield api


@pytest.fixture(scope="module")
def seeing_api(seeing: Processes, request: pytest.FixtureRequest) -> Iterator[Api]:
    """The shared orchestrator that looks at media, in a project of the module's own."""
    with Api(seeing.ports.target("orchestrator"), _project(request.module.__name__)) as api:
        yield api


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
