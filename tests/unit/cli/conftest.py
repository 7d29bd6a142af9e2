"""The `videre` command against a server double, as a user would run it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from doubles.api import ApiServer
from doubles.world import World

from videre.cli.app import main


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Return standard output as JSON."""
        return json.loads(self.out)


@pytest.fixture
def server() -> Iterator[ApiServer]:
    """A running server."""
    running = ApiServer()
    yield running
    running.close()


@pytest.fixture
def world(server: ApiServer) -> World:
    """What the server holds."""
    return server.world


@pytest.fixture
def videre(
    server: ApiServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Run `videre ARGUMENTS` and return what it did."""
    monkeypatch.setenv("VIDERE_SERVER", server.target)

    def run(*arguments: object) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(int(ended.value.code or 0), captured.out, captured.err)

    return run
