"""Keys that seal: from the environment, a program or a file, the newest first."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from videre.common.config import Settings
from videre.common.errors import Reason, VidereError
from videre.common.keys import key_id, keys_by_command, keys_of
from videre.common.sealing import Seal

OLD, NEW = b"o" * 32, b"n" * 32


def text(*keys: bytes) -> str:
    return ",".join(base64.b64encode(key).decode() for key in keys)


def test_a_new_key_takes_the_place_of_an_old_one() -> None:
    sealed = Seal(OLD).close_bytes(b"secret", "ada")
    both = Seal(NEW, OLD)
    assert both.open_bytes(sealed, "ada") == b"secret"
    assert both.key_ids == (key_id(NEW), key_id(OLD))
    anew = both.close_bytes(b"secret", "ada")
    assert Seal(NEW).open_bytes(anew, "ada") == b"secret"
    for seal, data, whose in (
        (Seal(NEW), sealed, "ada"),
        (both, sealed, "eve"),
        (both, b"", "ada"),
    ):
        with pytest.raises(VidereError, match="another key") as refused:
            seal.open_bytes(data, whose)
        assert refused.value.reason is Reason.KEY_MISSING


def test_keys_are_base64_of_32_bytes() -> None:
    assert keys_of(f" {text(NEW)} , {text(OLD)}") == [NEW, OLD]
    for wrong in ("", "no base64", text(b"short"), f"{text(NEW)},"):
        with pytest.raises(ValueError, match=r"base64|32 bytes"):
            keys_of(wrong)


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    plain = Settings(data_dir=tmp_path)
    with pytest.raises(VidereError, match="no master key at"):
        plain.known_seal()
    sealed = plain.seal().close(b"secret", "w1")
    assert path.stat().st_mode & 0o077 == 0
    assert plain.known_seal().open(sealed, "w1") == b"secret"
    given = Settings(data_dir=tmp_path, master_key=text(NEW)).seal()
    with pytest.raises(VidereError, match="another key"):
        given.open(sealed, "w1")
    path.write_bytes(b"short")
    with pytest.raises(VidereError, match="no key of 32 bytes"):
        plain.seal()


def test_a_program_gives_the_keys(tmp_path: Path) -> None:
    def printing(what: str, status: int = 0) -> str:
        return f"{sys.executable} -S -c 'print(\"{what}\"); raise SystemExit({status})'"

    settings = Settings(data_dir=tmp_path, master_key_command=printing(text(NEW, OLD)))
    assert settings.seal().key_ids == (key_id(NEW), key_id(OLD))
    assert not (tmp_path / "master.key").exists()
    for command in ("/no/such/program", printing(text(NEW), 3), printing("c2VjcmV0LXdvcmRz")):
        with pytest.raises(VidereError) as refused:
            keys_by_command(command)
        assert refused.value.reason is Reason.KEY_MISSING
        assert "c2VjcmV0LXdvcmRz" not in str(refused.value)


def test_keys_are_not_told(tmp_path: Path) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(data_dir=tmp_path, master_key="c2VjcmV0LXdvcmRz")
    assert "32 bytes" in str(caught.value)
    assert "c2VjcmV0LXdvcmRz" not in str(caught.value)
    shown = str(Settings(master_key=text(NEW), master_key_command="vault --token=x").effective())
    assert text(NEW) not in shown
    assert "--token=x" not in shown
