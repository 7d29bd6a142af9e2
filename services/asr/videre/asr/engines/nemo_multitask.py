"""What models of many tasks (Canary) need beside others of NeMo: a prompt, and words from tokens.

Such a model writes what its prompt asks for, and the prompt is made of special tokens of the
model's own. NeMo makes one of whatever it is given: a language without a token fails at the first
sound, or is spelled out in letters and taken for something else. So it is looked up before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from videre.common.errors import Reason, VidereError

#: What is asked for beside the language; of it a prompt has what its format has. Words' times are
#: never asked of the model itself: they would stand between the words it writes.
_ASKED: Final = {"task": "asr", "pnc": "yes", "timestamp": "no", "diarize": "no"}
#: Likewise, where the checkpoint has no values of its own.
_ELSE: Final = {"itn": "no", "emotion": "<|emo:undefined|>", "decodercontext": ""}

#: The tokenizer of special tokens among those of an aggregate one.
_SPECIAL: Final = "spl_tokens"
_LANGUAGE_TOKEN: Final = re.compile(r"<\|([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\|>")
#: Special tokens that look like languages: punctuation and numbers as digits.
_NO_LANGUAGES: Final = frozenset({"pnc", "itn"})
_SPECIAL_TOKEN: Final = re.compile(r"<.+>|⁇")
_WORD_START: Final = "▁"


def prompt_codes(tokenizer: Any, languages: Sequence[str], name: str) -> dict[str, str]:
    """Return what the prompt calls each language.

    Args:
        tokenizer: of the model.
        languages: BCP 47, as the configuration names them.
        name: of the checkpoint, for the message.

    Raises:
        VidereError: MODEL_UNAVAILABLE, the model cannot be asked for one of them.
    """
    known = _known(tokenizer)
    codes = {}
    for language in languages:
        code = next((one for one in (language, _primary(language)) if one in known), None)
        if code is None:
            listed = ", ".join(sorted(known)) or "none"
            raise VidereError(
                Reason.MODEL_UNAVAILABLE,
                f"{name} does not write {language!r}: the languages of its prompt are {listed}",
            )
        codes[language] = code
    return codes


def _known(tokenizer: Any) -> set[str]:
    """Return the languages that have a token, and a tokenizer where each has one of its own."""
    tokens = (_LANGUAGE_TOKEN.fullmatch(str(token)) for token in tokenizer.vocab)
    found = {match[1] for match in tokens if match} - _NO_LANGUAGES
    parts = getattr(tokenizer, "tokenizers_dict", None)
    if parts is None:
        return found
    written = {_primary(part) for part in parts if part != _SPECIAL}
    return {one for one in found if _primary(one) in written}


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()


def prompt_of(formatter: Any, code: str) -> dict[str, str]:
    """Return the values of a prompt that asks for what is said in a language.

    Args:
        formatter: NeMo's, of the model's prompt, with the checkpoint's own values.
        code: what the prompt calls the language.
    """
    own: Mapping[str, Any] = next(
        (turn["slots"] for turn in formatter.get_default_dialog_slots() if turn["role"] == "user"),
        {},
    )
    kept = {slot: str(value) for slot, value in own.items() if value is not None}
    wanted = _ELSE | kept | _ASKED | {"source_lang": code, "target_lang": code}
    return {slot: value for slot, value in wanted.items() if slot in own}


def decoding_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return greedy decoding with a confidence of each token, as long as the maker allows.

    NeMo's beam of one, which makers ship, writes the same, but goes on after an end that comes
    first, and tells no confidence.
    """
    search: Mapping[str, Any] = config.get(str(config.get("strategy", "beam"))) or {}
    return {
        "strategy": "greedy_batch",
        "greedy": {"max_generation_delta": search.get("max_generation_delta", -1)},
    }


def told_tokens(
    tokenizer: Any, tokens: Sequence[int], scores: Sequence[float]
) -> tuple[list[str], list[float] | None]:
    """Return the words that tokens are, and the mean confidence of each word's tokens.

    Args:
        tokenizer: of the model.
        tokens: without the prompt.
        scores: confidence of each token.

    Returns:
        No confidences where they do not match the tokens, or tokens do not tell words apart.
    """
    pieces = [str(piece) for piece in tokenizer.ids_to_tokens(list(tokens))]
    kept = [at for at, piece in enumerate(pieces) if not _SPECIAL_TOKEN.fullmatch(piece)]
    words = str(tokenizer.ids_to_text([tokens[at] for at in kept])).split() if kept else []
    if len(scores) != len(tokens):
        return words, None
    groups: list[tuple[str, list[float]]] = []
    for at in kept:
        if pieces[at].startswith(_WORD_START) or not groups:
            groups.append(("", []))
        text, found = groups.pop()
        groups.append((text + pieces[at].strip(_WORD_START), [*found, scores[at]]))
    means = [sum(found) / len(found) for text, found in groups if text]
    return words, means if len(means) == len(words) else None
