"""Engines of other distributions: installed as users install them, served, checked, refused."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from running import processes

from videre.cli.conformance.findings import Outcome
from videre.cli.conformance.run import check_target
from videre.common.channel import open_channel
from videre.internal.v1 import engine_pb2, engine_pb2_grpc

EXAMPLE = Path(__file__).parents[2] / "plugins" / "acme-stripes"
BROKEN = {
    "picture_kinds.acme-raises": "acme_broken.raises:Engine",
    "picture_kinds.acme-exits": "acme_broken.exits:Engine",
    "picture_kinds.acme-nowhere": "acme_broken:Nothing",
    "picture_kinds.acme-blind": "acme_broken:Blind",
    "picture_kinds.picture-measures": "acme_broken:Taken",
    "smells.acme-nose": "acme_broken:Blind",
}
BROKEN_CODE = """
from dataclasses import replace
from videre.common.engine import EngineSpec, Tier

class Blind:
    spec = EngineSpec("picture_kinds", "acme-blind", "1", Tier.BUNDLED, "MIT")
    def load(self, models): pass

class Taken(Blind):
    spec = replace(Blind.spec, name="picture-measures")
    def look(self, picture): raise AssertionError
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages with the example and a distribution of engines that do not work."""
    folder = tmp_path_factory.mktemp("site")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation",
         "--disable-pip-version-check", "--target", str(folder), str(EXAMPLE)],
        check=True, timeout=120, env=os.environ | {"PATH": path},
    )  # fmt: skip
    package, known = folder / "acme_broken", folder / "acme_broken-0.9.dist-info"
    package.mkdir()
    known.mkdir()
    (package / "__init__.py").write_text(BROKEN_CODE)
    (package / "raises.py").write_text("raise RuntimeError('no licence key')")
    (package / "exits.py").write_text("import sys; sys.exit(3)")
    (known / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-broken\nVersion: 0.9\n")
    lines = [f"{name} = {value}" for name, value in BROKEN.items()]
    (known / "entry_points.txt").write_text("\n".join(["[videre.engines.visual]", *lines, ""]))
    return folder


async def describe(target: str) -> list[Any]:
    async with open_channel([target]) as channel:
        stub: Any = engine_pb2_grpc.EngineCatalogServiceStub(channel)
        answer = await stub.DescribeEngines(engine_pb2.DescribeEnginesRequest(), timeout=30)
    return list(answer.engines)


def test_plugins_are_served_and_broken_ones_refused_by_name(site: Path, tmp_path: Path) -> None:
    code = (EXAMPLE / "acme_stripes" / "__init__.py").read_text()
    assert len(code.splitlines()) + len((EXAMPLE / "pyproject.toml").read_text().splitlines()) < 60
    with processes(tmp_path, "visual", PYTHONPATH=str(site)) as running:
        target = running.ports.target("visual")
        engines = {(one.feature, one.name): one for one in asyncio.run(describe(target))}
        ours = engines["picture_kinds", "acme-stripes"]
        assert ours.state == engine_pb2.ENGINE_STATE_AVAILABLE
        assert ours.distribution == "acme-stripes 1.0"
        order = [name for feature, name in engines if feature == "picture_kinds"]
        assert order[0] == "picture-measures"  # "auto" stays with the suite's own engine
        refused = {
            ("picture_kinds", "acme-raises"): "RuntimeError: no licence key",
            ("picture_kinds", "acme-exits"): "SystemExit: 3",
            ("picture_kinds", "acme-nowhere"): "has no attribute 'Nothing'",
            ("picture_kinds", "acme-blind"): "it lacks look",
            ("picture_kinds", "acme-broken/picture-measures"): "another engine has the name",
            ("smells", "acme-nose"): "the visual service has no feature 'smells'",
        }
        for key, words in refused.items():
            assert engines[key].state == engine_pb2.ENGINE_STATE_FAILED
            assert words in engines[key].state_message
            assert "acme-broken 0.9" in engines[key].state_message
        found = asyncio.run(
            check_target(target, engine="acme-stripes", patience_s=60, tell=lambda _: None)
        )
    assert [one for one in found.findings if one.outcome is not Outcome.OK] == []
