"""Texts and SSML: clauses, words, pauses and manners; what is not spoken is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.exports.production_params import options_of, violations_of
from videre.exports.speech_script import (
    Manner,
    ScriptError,
    is_chinese,
    read_script,
    words_of,
)
from videre.v1 import production_pb2 as pb


def test_clauses_end_at_punctuation_and_words_stay_whole() -> None:
    made = read_script("Hello, it costs 3.14 dollars. Don't wait!\n\nGo")
    assert [one.text for one in made] == ["Hello,", "it costs 3.14 dollars.", "Don't wait!", "Go"]
    assert [one.pause_ms for one in made] == [150, 350, 350, 150]
    assert made[1].words == ("it", "costs", "3.14", "dollars")
    assert made[2].words == ("Don't", "wait")
    chinese = read_script("你好，世界。3D电影")
    assert [one.words for one in chinese] == [("你", "好"), ("世", "界"), ("3D", "电", "影")]
    assert is_chinese("a 中")
    assert not is_chinese("abc é")


@given(st.text(max_size=60).filter(lambda text: not text.lstrip().startswith("<speak")))
def test_no_word_is_lost(text: str) -> None:
    said = [word for clause in read_script(text) for word in clause.words]
    assert said == list(words_of(text)) or any(sign in text for sign in ".,;:!?")
    assert all(clause.words for clause in read_script(text))


def test_markup_changes_manner_and_pauses() -> None:
    made = read_script(
        '<speak>One<break time="1.5s"/>two <prosody rate="-50%" pitch="high" volume="soft">three'
        '</prosody> four<p>five</p><s>six</s><sub alias="World Wide Web">WWW</sub>'
        '<say-as interpret-as="digits">42</say-as><break strength="weak"/></speak>'
    )
    said = {" ".join(one.words): one for one in made}
    assert list(said) == ["One", "two", "three", "four", "five", "six", "World Wide Web", "4 2"]
    assert said["One"].pause_ms == 1_500
    assert said["three"].manner == Manner(rate=0.5, pitch=20, volume=0.5)
    assert said["four"].manner == Manner()
    assert (said["five"].pause_ms, said["six"].pause_ms, said["4 2"].pause_ms) == (600, 350, 150)
    first = read_script('<speak><break time="300ms"/>a</speak>')
    assert [(one.words, one.pause_ms) for one in first] == [((), 300), (("a",), 150)]


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<speak>a", "no well-formed SSML"),
        ("<speak><!-- x -->a</speak>", "declarations"),
        ('<speak><audio src="x"/>a</speak>', "element 'audio' is not spoken"),
        ('<speak><break time="1h"/>a</speak>', "break time '1h'"),
        ('<speak><break strength="long"/>a</speak>', "break strength 'long'"),
        ('<speak><say-as interpret-as="date">1</say-as></speak>', "say-as 'date'"),
        ('<speak><prosody rate="9%">a</prosody></speak>', "prosody rate '9%'"),
        ('<speak><prosody pitch="2st">a</prosody></speak>', "prosody pitch '2st'"),
        ('<speak><prosody volume="300%">a</prosody></speak>', "prosody volume '300%'"),
        ('<speak><prosody range="x">a</prosody></speak>', "prosody 'range'"),
    ],
)
def test_what_is_not_spoken_is_named(markup: str, words: str) -> None:
    with pytest.raises(ScriptError) as caught:
        read_script(markup)
    assert words in str(caught.value)
    task = pb.ProductionTask(synthesize_speech=pb.SynthesizeSpeechParams(text=markup))
    (wrong,) = violations_of(task)
    assert (wrong.field, words in wrong.description) == ("synthesize_speech.text", True)


def test_a_text_without_a_word_is_refused_and_the_rest_has_defaults() -> None:
    task = pb.ProductionTask(synthesize_speech=pb.SynthesizeSpeechParams(text="..."))
    assert [one.description for one in violations_of(task)] == ["has no word"]
    task.synthesize_speech.text = "a"
    options = options_of(task)
    assert (options.form, options.sample_rate, options.volume) == ("wav", 16_000, 50)  # type: ignore[attr-defined]
