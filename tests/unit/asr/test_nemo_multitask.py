"""Prompts of multitask models and words of their tokens, with tokenizers that stand for NeMo's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from videre.asr.engines.nemo_multitask import decoding_of, prompt_codes, prompt_of, told_tokens
from videre.common.errors import Reason, VidereError

TOKENS = ["<unk>", "<pad>", "<|pnc|>", "<|en|>", "<|de|>", "<|fr|>", "<|pt-BR|>", "▁a", "b", "▁c"]


class Pieces:
    """A tokenizer of all languages."""

    vocab = TOKENS

    def ids_to_tokens(self, ids: Sequence[int]) -> list[str]:
        return [TOKENS[one] for one in ids]

    def ids_to_text(self, ids: Sequence[int]) -> str:
        return "".join(self.ids_to_tokens(ids)).replace("▁", " ").strip()


class Aggregate(Pieces):
    """One of each language behind that of special tokens."""

    def __init__(self) -> None:
        self.tokenizers_dict = {"spl_tokens": None, "en-US": None, "de": None}


class Formatter:
    """A prompt of a format with these slots, with a checkpoint's own values."""

    def __init__(self, **slots: object) -> None:
        self._slots = slots

    def get_default_dialog_slots(self) -> list[dict[str, Any]]:
        return [{"role": "user", "slots": self._slots}]


def test_a_prompt_names_languages_by_their_tokens() -> None:
    codes = prompt_codes(Pieces(), ["en-GB", "pt-BR", "fr"], "a.nemo")
    assert codes == {"en-GB": "en", "pt-BR": "pt-BR", "fr": "fr"}
    assert prompt_codes(Aggregate(), ["en"], "a.nemo") == {"en": "en"}


@pytest.mark.parametrize(
    ("tokenizer", "language", "known"),
    [(Pieces(), "nl", "de, en, fr, pt-BR"), (Pieces(), "pnc", "de, en, fr, pt-BR"),
     (Aggregate(), "fr", "de, en")],
)  # fmt: skip
def test_others_are_refused_by_name(tokenizer: Pieces, language: str, known: str) -> None:
    with pytest.raises(VidereError) as refused:
        prompt_codes(tokenizer, ["en", language], "a.nemo")
    assert refused.value.reason is Reason.MODEL_UNAVAILABLE
    assert refused.value.message == (
        f"a.nemo does not write {language!r}: the languages of its prompt are {known}"
    )


def test_a_prompt_has_the_slots_of_its_format_and_the_checkpoints_own_values() -> None:
    first = Formatter(source_lang=None, task=None, target_lang=None, pnc=None)
    assert prompt_of(first, "de") == {
        "source_lang": "de", "task": "asr", "target_lang": "de", "pnc": "yes",
    }  # fmt: skip
    later = Formatter(
        source_lang="<|en|>", target_lang=None, pnc="no", itn="<|itn|>", emotion=None,
        decodercontext=None, timestamp="<|timestamp|>", diarize=None,
    )  # fmt: skip
    assert prompt_of(later, "de") == {
        "source_lang": "de", "target_lang": "de", "pnc": "yes", "itn": "<|itn|>",
        "emotion": "<|emo:undefined|>", "decodercontext": "", "timestamp": "no", "diarize": "no",
    }  # fmt: skip


def test_decoding_is_greedy_and_as_long_as_the_maker_allows() -> None:
    beam = {"strategy": "beam", "beam": {"beam_size": 1, "max_generation_delta": 50}}
    assert decoding_of(beam)["greedy"] == {"max_generation_delta": 50}
    assert decoding_of({})["greedy"] == {"max_generation_delta": -1}


def test_words_are_made_of_tokens_without_special_ones() -> None:
    ids = [TOKENS.index(one) for one in ("<|en|>", "▁a", "b", "<|pnc|>", "b", "▁c", "<pad>")]
    scores = [0.1, 0.9, 0.6, 0.1, 0.3, 0.8, 0.1]
    words, means = told_tokens(Pieces(), ids, scores)
    assert words == ["abb", "c"]
    assert means == pytest.approx([0.6, 0.8])
    assert told_tokens(Pieces(), ids, scores[:-1]) == (["abb", "c"], None)
    assert told_tokens(Pieces(), ids[:1], scores[:1]) == ([], [])
