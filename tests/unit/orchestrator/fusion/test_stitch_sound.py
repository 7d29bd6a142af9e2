"""Windows of sound become events, stretches, loudness and beats."""

from __future__ import annotations

import itertools

from videre.orchestrator.document import AudioKind, Loudness
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.music import music
from videre.orchestrator.fusion.stitch_sound import audio_segments, loudness
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.timeline import Timeline

JUDGE = Judge([])
TAXONOMY = load_taxonomy()
TIMELINE = Timeline(duration_ns=60 * 10**9)
LOUD, QUIET = {"level_dbfs": -200_000, "flatness": 0}, {"level_dbfs": -700_000, "flatness": 0}


def spans(items) -> list[tuple[int, int]]:  # type: ignore[no-untyped-def]
    return [(i.span.start_ns // 10**6, i.span.end_ns // 10**6) for i in items]


def test_speech_goes_before_music_before_noise_and_silence_is_a_level(heard) -> None:  # type: ignore[no-untyped-def]
    sound = [heard("sound", "", i * 1_000, i * 1_000 + 1_000, 0, attributes=LOUD) for i in range(6)]
    sound += [heard("sound", "", 6_000, 8_000, 0, attributes=QUIET)]
    sound += [heard("sound", "Piano", i * 1_000, i * 1_000 + 1_000, 8_000) for i in range(3)]
    activity = [heard("speech_activity", "speech", 500, 2_500)]
    found = audio_segments(activity, sound, JUDGE, TAXONOMY, TIMELINE)
    assert [(s.kind, *span) for s, span in zip(found, spans(found), strict=True)] == [
        (AudioKind.MUSIC, 0, 500),
        (AudioKind.SPEECH, 500, 2_500),
        (AudioKind.MUSIC, 2_500, 3_000),
        (AudioKind.NOISE, 3_000, 6_000),
        (AudioKind.SILENCE, 6_000, 8_000),
    ]


def test_stretches_do_not_overlap_where_windows_do(heard) -> None:  # type: ignore[no-untyped-def]
    sound = [
        heard("sound", "", i * 480, i * 480 + 960, 0, attributes=QUIET if i % 4 else LOUD)
        for i in range(30)
    ]
    activity = [heard("speech_activity", "speech", s, s + 700) for s in range(0, 9_000, 1_500)]
    found = spans(audio_segments(activity, sound, JUDGE, TAXONOMY, TIMELINE))
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(found))
    assert all(start < end for start, end in found)


def test_without_sound_classes_speech_is_still_told(heard) -> None:  # type: ignore[no-untyped-def]
    found = audio_segments(
        [heard("speech_activity", "speech", 0, 900)], [], JUDGE, TAXONOMY, TIMELINE
    )
    assert [s.kind for s in found] == [AudioKind.SPEECH]


def test_loudness_is_kept_in_thousandths_and_undefined_measures_stay_so(heard) -> None:  # type: ignore[no-untyped-def]
    record = heard(
        "loudness",
        "",
        0,
        60_000,
        attributes={"integrated_lufs": -230_455, "true_peak_dbtp": -10_005},
    )
    assert loudness([record]) == Loudness(-23_045, None, -1_000)
    assert loudness([]) is None


def test_beats_come_in_order_with_their_tempo(heard) -> None:  # type: ignore[no-untyped-def]
    beats = [heard("music", "beat", t, t) for t in (1_000, 500, 1_500)]
    tempo = heard("music", "tempo", 0, 60_000, 8_000, attributes={"tempo_bpm": 1_200_000})
    found = music([*beats, tempo], [], JUDGE, TAXONOMY)
    assert found is not None
    assert (found.tempo_mbpm, found.score) == (120_000, 8_000)
    assert found.beats_ns == (500 * 10**6, 1_000 * 10**6, 1_500 * 10**6)
    assert music([], [], JUDGE, TAXONOMY) is None


def test_a_faint_beat_counts_where_music_is_heard(heard) -> None:  # type: ignore[no-untyped-def]
    tempo = heard("music", "tempo", 0, 3_000, 4_499, attributes={"tempo_bpm": 900_000})

    def told(*classes: str) -> bool:
        sound = [
            heard("sound", name, i * 1_000, i * 1_000 + 1_000, 6_000)
            for i, name in enumerate(classes)
        ]
        sound += [
            heard("sound", "", i * 1_000, i * 1_000 + 1_000, 0, attributes=LOUD) for i in range(3)
        ]
        return music([tempo], sound, JUDGE, TAXONOMY) is not None

    assert told("Piano", "Speech", "Piano")
    assert not told("Piano", "Speech", "Speech")
    assert not told()
