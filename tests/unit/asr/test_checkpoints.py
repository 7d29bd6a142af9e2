"""Checkpoints as the configuration names them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from videre.asr.checkpoints import Checkpoint, chosen_language, read_checkpoints
from videre.asr.settings import AsrSettings


def test_the_engine_has_the_files_name_unless_it_is_given_one() -> None:
    assert read_checkpoints(["en:/m/Parakeet_CTC 1.1b.nemo", "news=de+en:/m/canary.nemo"]) == (
        Checkpoint("nemo-parakeet_ctc-1.1b", ("en",), Path("/m/Parakeet_CTC 1.1b.nemo")),
        Checkpoint("news", ("de", "en"), Path("/m/canary.nemo")),
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("/m/a.nemo", "not written as"),
        ("en:/m/a.pt", "does not end with .nemo"),
        ("en:a.nemo", "no absolute path"),
        ("english language:/m/a.nemo", "no language"),
        ("en+:/m/a.nemo", "no language"),
        ("Ä=en:/m/a.nemo", "no name of an engine"),
        ("=en:/m/a.nemo", "no name of an engine"),
    ],
)
def test_what_is_written_otherwise_is_refused(written: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_checkpoints([written])


def test_two_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two checkpoints have the name nemo-a"):
        read_checkpoints(["en:/m/a.nemo", "de:/n/a.nemo"])


def test_the_environment_gives_them_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDERE_NEMO_MODELS", "en:/m/a.nemo, zh=zh-Hans:/m/b.nemo")
    assert [one.name for one in AsrSettings().checkpoints] == ["nemo-a", "zh"]
    monkeypatch.setenv("VIDERE_NEMO_MODELS", "en:a.nemo")
    with pytest.raises(ValidationError, match="no absolute path"):
        AsrSettings()


@given(
    st.lists(st.sampled_from(["en", "de-AT", "zh-Hans"]), min_size=1, unique=True),
    st.lists(st.sampled_from(["en-GB", "de", "ZH", "fr"])),
)
def test_a_model_writes_a_language_of_its_own(languages: list[str], hints: list[str]) -> None:
    chosen = chosen_language(languages, hints)
    assert chosen in languages
    expected = [hint.split("-")[0].lower() for hint in hints]
    known = [language.split("-")[0] for language in languages]
    first = next((hint for hint in expected if hint in known), known[0])
    assert chosen.split("-")[0] == first
