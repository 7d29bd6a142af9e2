"""Keys that seal: from the environment or a file, the newest first."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from pydantic import ValidationError

from videre.common.errors import VidereError
from videre.orchestrator.sealing import Seal, keys_of, load_seal
from videre.orchestrator.settings import OrchestratorSettings

OLD, NEW = b"o" * 32, b"n" * 32


def text(*keys: bytes) -> str:
    return ",".join(base64.b64encode(key).decode() for key in keys)


def test_a_new_key_takes_the_place_of_an_old_one() -> None:
    sealed = Seal(OLD).close_bytes(b"secret", "ada")
    both = Seal(NEW, OLD)
    assert both.open_bytes(sealed, "ada") == b"secret"
    anew = both.close_bytes(b"secret", "ada")
    assert Seal(NEW).open_bytes(anew, "ada") == b"secret"
    for seal, data, whose in (
        (Seal(NEW), sealed, "ada"),
        (both, sealed, "eve"),
        (both, b"", "ada"),
    ):
        with pytest.raises(VidereError, match="another key"):
            seal.open_bytes(data, whose)


def test_keys_are_base64_of_32_bytes() -> None:
    assert keys_of(f" {text(NEW)} , {text(OLD)}") == [NEW, OLD]
    for wrong in ("", "no base64", text(b"short"), f"{text(NEW)},"):
        with pytest.raises(ValueError, match=r"base64|32 bytes"):
            keys_of(wrong)


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    of_file = load_seal(path)
    assert path.stat().st_mode & 0o077 == 0
    sealed = of_file.close(b"secret", "w1")
    assert load_seal(path).open(sealed, "w1") == b"secret"
    given = OrchestratorSettings(data_dir=tmp_path, master_key=text(NEW)).seal()
    with pytest.raises(VidereError, match="another key"):
        given.open(sealed, "w1")
    path.write_bytes(b"short")
    with pytest.raises(VidereError, match="no key of 32 bytes"):
        load_seal(path)


def test_a_wrong_key_is_not_told(tmp_path: Path) -> None:
    with pytest.raises(ValidationError) as caught:
        OrchestratorSettings(data_dir=tmp_path, master_key="c2VjcmV0LXdvcmRz")
    assert "32 bytes" in str(caught.value)
    assert "c2VjcmV0LXdvcmRz" not in str(caught.value)
