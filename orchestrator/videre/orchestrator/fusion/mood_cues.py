"""What faces, words, sounds and music say of the mood, as points of Russell's circle. Pure.

Coordinates of emotions are those of J. A. Russell and A. Mehrabian, "Evidence for a three-factor
theory of emotions", Journal of Research in Personality 11 (1977) 273-294 (mean pleasure and
arousal that subjects gave to each word, -1..1; their third factor, dominance, is left out). A sound
stands at the emotion it expresses: laughter and happy music at *happy*, sobbing and sad music at
*sad*, applause and cheering at *excited*, screams and scary music at *afraid* ("terrified" of their
list), tender music at *relaxed*.

Tempo speaks for arousal alone: G. Husain, W. F. Thompson and E. G. Schellenberg, "Effects of
musical tempo and mode on arousal, mood and spatial abilities", Music Perception 20 (2002) 151-171,
found that tempo (60 or 165 beats a minute) moves arousal and mode (major or minor) moves valence.
Major alone is not glad and minor alone not sad: mode counts in full only where the tempo agrees,
fast with major or slow with minor, as in the studies that set both against each other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import (
    AudioKind,
    AudioSegment,
    EvidenceRef,
    FaceEmotion,
    MoodSource,
    Music,
    SoundEvent,
    TextKind,
    TextLine,
    Understanding,
    Utterance,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.emotions import Felt
from videre.orchestrator.fusion.refs import reference, references
from videre.orchestrator.lexicon.sentiment import is_understood, polarity

#: Pleasure and arousal E4 of the words of Russell and Mehrabian (1977).
_HAPPY: Final = (8_100, 5_100)
_ANGRY: Final = (-5_100, 5_900)
_DISGUSTED: Final = (-6_000, 3_500)
_AFRAID: Final = (-6_400, 6_000)
_SAD: Final = (-6_300, -2_700)
_SURPRISED: Final = (4_000, 6_700)
_EXCITED: Final = (6_200, 7_500)
_RELAXED: Final = (6_800, -4_600)
_NEUTRAL: Final = (0, 0)

#: By class of the emotion engine.
FACES: Final = {
    "angry": _ANGRY, "disgust": _DISGUSTED, "fear": _AFRAID, "happy": _HAPPY, "sad": _SAD,
    "surprise": _SURPRISED, "neutral": _NEUTRAL,
}  # fmt: skip
#: By taxonomy node of a sound event; "Baby laughter" and the like by class.
SOUNDS: Final = {
    "people.laughter": _HAPPY, "people.crying": _SAD, "people.screaming": _AFRAID,
    "performance.applause": _EXCITED, "event.cheering": _EXCITED,
    "music.happy": _HAPPY, "music.sad": _SAD, "music.angry": _ANGRY, "music.scary": _AFRAID,
    "music.exciting": _EXCITED, "music.tender": _RELAXED,
}  # fmt: skip
SOUND_CLASSES: Final = {"Baby laughter": _HAPPY, "Baby cry, infant cry": _SAD}
#: Slow and fast tempo of Husain et al., thousandths of beats a minute.
_SLOW, _FAST = 60_000, 165_000
#: How far tempo alone moves arousal up and down, E4: half of the scale, for loudness, instruments
#: and mode, which are not heard, speak too; downwards less, for a beat is easily heard at half its
#: tempo: slow alone is never clear.
_FAST_REACH, _SLOW_REACH = 5_000, 2_500
#: How far mode moves valence, E4, with a tempo that agrees and without: alone it is never clear.
_AGREED_REACH, _MODE_REACH = 5_000, 2_500
_MODES: Final = {"major": 1, "minor": -1}
#: Plain language is glad by so much, E4: its words are more often kind than not (P. S. Dodds and
#: others, "Human language reveals a universal positivity bias", PNAS 112 (2015) 2389-2394). A
#: reading from a book on the history of printing has a mean of .16 by the lexicon in use.
_POSITIVITY: Final = 1_500
#: What a source is worth, E4, beside its own score: sentiment is right in .6 to .8 of sentences it
#: has not met (docs/mood.md), tempo is one of many features of music.
_WORTH: Final = {
    MoodSource.FACE: SCORE_ONE, MoodSource.SPEECH: 6_000, MoodSource.TEXT: 6_000,
    MoodSource.SOUND: SCORE_ONE, MoodSource.MUSIC: 5_000,
}  # fmt: skip
#: Kinds of text that are sentences: captions, and the prose of text documents.
_SENTENCES: Final = frozenset({TextKind.SUBTITLE, TextKind.UNKNOWN})


class Cue(msgspec.Struct, frozen=True, gc=False):
    """One voice in one stretch.

    Args:
        source: who speaks.
        span: when it holds.
        weight: how surely, E4: the evidence's calibrated score × what the source is worth.
        valence: E4, ±10,000; None = says nothing of it.
        arousal: likewise.
        refs: the evidence.
    """

    source: MoodSource
    span: TimeSpan
    weight: int
    valence: int | None
    arousal: int | None
    refs: tuple[EvidenceRef, ...]

    @property
    def speaks(self) -> bool:
        """Whether it says anything but neutral."""
        return bool(self.valence or self.arousal)


def _cue(
    source: MoodSource,
    span: TimeSpan,
    score: int,
    place: tuple[int | None, int | None],
    refs: tuple[EvidenceRef, ...],
) -> Cue:
    return Cue(source, span, score * _WORTH[source] // SCORE_ONE, *place, refs)


def of_faces(felt: Iterable[Felt]) -> Iterator[Cue]:
    """Yield what faces express: the mean point of the engine's softmax over its classes.

    A face that is called neutral is neutral, whatever else the engine sees in it.
    """
    for face in felt:
        is_neutral = face.emotion is FaceEmotion.NEUTRAL
        place = _NEUTRAL if is_neutral else _mean_place(face.record)
        yield _cue(MoodSource.FACE, face.span, face.score, place, (reference(face.record),))


def _mean_place(record: Evidence) -> tuple[int, int]:
    shares = {name: record.attributes.get(name, 0) for name in FACES}
    total = sum(shares.values())
    if not total:
        return FACES.get(record.class_name, _NEUTRAL)
    valence, arousal = (
        sum(share * FACES[name][axis] for name, share in shares.items()) for axis in (0, 1)
    )
    return _rounded(valence, total), _rounded(arousal, total)


def of_words(lines: Iterable[TextLine], utterances: Iterable[Utterance]) -> Iterator[Cue]:
    """Yield the sentiment of understood speech and of text in the picture: valence alone.

    Sentences without any sentiment are neutral, so that a few words of feeling in a long speech
    count for what they are. Signs, names and marks that stand in the picture are no sentences:
    without sentiment they say nothing.
    """
    for item in utterances:
        if item.understanding is Understanding.UNDERSTOOD and is_understood(item.language):
            place = (_felt_in(item.text, item.language), None)
            yield _cue(MoodSource.SPEECH, item.span, item.score, place, item.evidence)
    for line in lines:
        if line.kind is TextKind.CODE or not is_understood(line.language):
            continue
        value = _felt_in(line.text, line.language)
        if value or line.kind in _SENTENCES:
            yield _cue(MoodSource.TEXT, line.span, line.score, (value, None), line.evidence)


def _felt_in(text: str, language: str) -> int:
    value = polarity(text, language)
    return max(0, value - _POSITIVITY) if value > 0 else value


def of_sounds(events: Iterable[tuple[SoundEvent, Sequence[Evidence]]]) -> Iterator[Cue]:
    """Yield what laughter, crying, applause and moody music express."""
    for event, records in events:
        place = SOUND_CLASSES.get(event.class_name) or SOUNDS.get(event.node_id)
        if place is not None:
            yield _cue(MoodSource.SOUND, event.span, event.score, place, references(records))


def of_tempo(
    music: Music | None, track: Iterable[AudioSegment], records: Iterable[Evidence]
) -> Iterator[Cue]:
    """Yield what the tempo says of arousal where music plays and beats are heard.

    arousal = r × (2 (tempo − 60) / (165 − 60) − 1), cut to ±r; r = ½ where it is positive, else ¼.
    """
    if music is None or not music.beats_ns:
        return
    refs = references(record for record in records if record.class_name == "tempo")
    if not refs:
        return
    above = 2 * (min(max(music.tempo_mbpm, _SLOW), _FAST) - _SLOW) - (_FAST - _SLOW)
    reach = _FAST_REACH if above > 0 else _SLOW_REACH
    arousal = _rounded(reach * above, _FAST - _SLOW)
    first, last = music.beats_ns[0], music.beats_ns[-1]
    for segment in track:
        heard = segment.span.start_ns <= last and first < segment.span.end_ns
        if segment.kind is AudioKind.MUSIC and heard:
            yield _cue(MoodSource.MUSIC, segment.span, music.score, (None, arousal), refs)


def of_mode(
    music: Music | None, track: Iterable[AudioSegment], records: Iterable[Evidence]
) -> Iterator[Cue]:
    """Yield what major and minor say of valence where music plays.

    Args:
        music: tempo and beats, if there is a beat.
        track: what the sound track is, in order of time.
        records: evidence of the music engine.
    """
    songs = [segment.span for segment in track if segment.kind is AudioKind.MUSIC]
    ends = [song.end_ns for song in songs]
    pace = 0
    if music is not None and music.beats_ns:
        pace = 1 if 2 * music.tempo_mbpm > _SLOW + _FAST else -1
    for record in records:
        side = _MODES.get(record.class_name)
        if side is None:
            continue
        valence = side * (_AGREED_REACH if side == pace else _MODE_REACH)
        for song in songs[bisect_right(ends, record.span.start_ns) :]:
            start = max(song.start_ns, record.span.start_ns)
            end = min(song.end_ns, record.span.end_ns)
            if start >= end:
                break
            span, refs = TimeSpan(start, end), (reference(record),)
            yield _cue(MoodSource.MUSIC, span, record.score, (valence, None), refs)


def _rounded(total: int, count: int) -> int:
    """Return total / count, rounded half away from zero, so that ±x stay opposites."""
    size = (2 * abs(total) + count) // (2 * count)
    return size if total >= 0 else -size
