"""Dockerfile and compose file say the same as the processes, locks and manifests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.images import KNOWN, SERVICES, name_in_overlays
from videre.common.config import PORTS
from videre.orchestrator.settings import OrchestratorSettings

ROOT = Path(__file__).parents[3]
DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text()


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())


@pytest.mark.parametrize("name", PORTS)
def test_there_is_a_target_for_every_process(name: str) -> None:
    (target,) = re.findall(rf"^FROM runtime AS {name}\n(.*?)(?=^FROM|\Z)", DOCKERFILE, re.S | re.M)
    assert f"COPY --from=build-{name} /opt/videre /opt/videre" in target
    assert f'ENTRYPOINT ["python", "-m", "videre.{name}"]' in target
    assert f'"videre.common.probe", "{PORTS[name]}"]' in target
    assert re.search(rf"^EXPOSE {PORTS[name]}\b", target, re.M)
    (folder,) = re.findall(rf"^RUN docker/install\.sh {name} (\S+)$", DOCKERFILE, re.M)
    assert (ROOT / folder / "pyproject.toml").is_file()
    assert (ROOT / "locks" / f"{name}.txt").is_file()


def test_nothing_runs_as_root_and_nothing_is_installed_after_the_build() -> None:
    runtime = DOCKERFILE[DOCKERFILE.index("AS runtime") :]
    assert "USER 10001:10001" in runtime
    assert not re.search(r"pip|apt-get", runtime)


def test_what_is_copied_is_not_ignored() -> None:
    kept = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] == "!"
    }
    copied = set(re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.M))
    assert {path.split("/")[0] for path in copied} <= kept


def test_what_was_pushed_is_named_by_its_digest_and_the_rest_stays() -> None:
    known = KNOWN.read_text()
    assert set(SERVICES) == set(PORTS)
    digest = f"sha256:{'0' * 64}"
    written = name_in_overlays(known, "asr", "registry.example:5000/team", digest)
    before, after = (
        {one["name"]: one for one in yaml.safe_load(text)["images"]} for text in (known, written)
    )
    assert set(before) >= {f"videre/{name}" for name in PORTS}
    assert after["videre/asr"] == {
        "name": "videre/asr", "newName": "registry.example:5000/team/videre/asr", "digest": digest,
    }  # fmt: skip
    assert {**before, "videre/asr": None} == {**after, "videre/asr": None}
    assert written.splitlines()[0] == known.splitlines()[0]
    with pytest.raises(KeyError):
        name_in_overlays(known, "nothing", "registry.example", digest)


def test_compose_runs_every_process_with_settings_that_there_are(compose: Any) -> None:
    services = {name: one for name, one in compose["services"].items() if "environment" in one}
    services.pop("postgres")
    images = {one["image"].partition(":")[0] for one in services.values()}
    assert images == {f"videre/{name}" for name in PORTS}
    known = {f"VIDERE_{name.upper()}" for name in OrchestratorSettings.model_fields}
    for name, one in services.items():
        assert set(one["environment"]) <= known, name
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert set(one.get("depends_on", ())) <= set(compose["services"])
