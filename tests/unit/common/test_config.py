"""Settings: environment over file over defaults; secrets never shown."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from videre.common.config import PORTS, Settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in [key for key in os.environ if key.startswith("VIDERE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_defaults_listen_on_this_machine_only() -> None:
    settings = Settings()
    assert settings.bind == "127.0.0.1"
    assert not settings.insecure_bind
    assert settings.endpoints("asr") == (f"127.0.0.1:{PORTS['asr']}",)
    assert settings.slots >= 1


def test_folders_lie_in_the_data_folder_unless_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VIDERE_DATA_DIR", str(tmp_path / "d"))
    assert Settings().models_path == tmp_path / "d" / "models"
    assert Settings().artifacts_path == tmp_path / "d" / "artifacts"
    monkeypatch.setenv("VIDERE_MODEL_DIR", "/models")
    assert Settings().models_path == Path("/models")


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "videre.toml").write_text('slots = 3\nnice = 5\nocr_endpoints = ["a:1", "b:2"]\n')
    monkeypatch.setenv("VIDERE_SLOTS", "7")
    settings = Settings()
    assert (settings.slots, settings.nice) == (7, 5)
    assert settings.ocr_endpoints == ("a:1", "b:2")


def test_a_list_in_the_environment_has_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDERE_VISUAL_ENDPOINTS", "10.0.0.1:7710, 10.0.0.2:7710,")
    assert Settings().visual_endpoints == ("10.0.0.1:7710", "10.0.0.2:7710")


def test_a_named_file_must_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VIDERE_CONFIG", str(tmp_path / "other.toml"))
    with pytest.raises(FileNotFoundError, match=r"other\.toml"):
        Settings()
    (tmp_path / "other.toml").write_text("slots = 4\nunknown_to_this_process = 1\n")
    assert Settings().slots == 4


@pytest.mark.parametrize(("name", "value"), [("SLOTS", "0"), ("PORT", "70000"), ("NICE", "-1")])
def test_values_out_of_range_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"VIDERE_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_what_is_shown_holds_no_secret() -> None:
    class Mine(Settings):
        link_secret: str = "s3cret"
        key: SecretStr = SecretStr("s3cret")

    shown = Mine(model_mirror="https://user:s3cret@mirror.example/m").effective()
    assert "s3cret" not in repr(shown)
    assert shown["bind"] == "127.0.0.1"
    assert shown["model_mirror"] == "https://***@mirror.example/m"
