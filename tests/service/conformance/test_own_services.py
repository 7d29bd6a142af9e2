"""Every service of the suite keeps its own contract, with every engine that is installed here."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from serving import serving

from videre.cli.app import main
from videre.cli.conformance.findings import Outcome
from videre.cli.conformance.run import check_target

PATIENCE_S = 120.0


@pytest.mark.engine
@pytest.mark.parametrize(
    "name",
    [
        "audio",
        "production",
        *(pytest.param(name, marks=pytest.mark.long) for name in ("visual", "ocr", "asr")),
    ],
)
async def test_a_service_keeps_its_contract(name: str, tmp_path: Path) -> None:
    async with serving(tmp_path, name) as target:
        found = await check_target(target, engine="", patience_s=PATIENCE_S, tell=lambda _: None)
    failed = [one for one in found.findings if one.outcome is Outcome.FAILED]
    assert not failed
    made = [one for one in found.findings if one.engine and one.outcome is Outcome.OK]
    assert made or name == "production"


def command(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["conformance", *arguments])
    return int(ended.value.code or 0)


async def test_the_command_tells_what_it_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serving(tmp_path, "audio") as target:
        chosen = ("--target", target, "--engine", "level")
        assert await asyncio.to_thread(command, *chosen, "--json") == 0
        out = capsys.readouterr().out  # the server's log lines are in front
        found, _ = json.JSONDecoder().raw_decode(out[out.index('{\n  "target"') :])
        assert await asyncio.to_thread(command, *chosen) == 0
        table = capsys.readouterr().out
        assert await asyncio.to_thread(command, "--target", target, "--engine", "nobody") == 2
    assert (found["service"], found["ok"], found["target"]) == ("audio", True, target)
    assert {one["engine"] for one in found["findings"]} == {"", "level"}
    assert "sound.level" in table
    assert "all kept" in table
    capsys.readouterr()
    assert await asyncio.to_thread(command, "--target", target) == 1  # nobody there any more
    assert "does not describe engines" in capsys.readouterr().err
