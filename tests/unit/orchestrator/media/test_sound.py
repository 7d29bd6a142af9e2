"""The sound pass: a sample's number gives its time, loudness is what others measure."""

import re
import subprocess
import wave
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import synth

from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.audiofile import AudioSpool
from videre.orchestrator.media.index import MediaIndex
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.probe import probe_media
from videre.orchestrator.media.sound import decode_sound

RATE = 16_000
BEEPS = [0.25, 1.0, 3.5]


def onsets(samples: np.ndarray) -> list[float]:
    """Return where beeps start, seconds."""
    loud = np.abs(samples.astype(np.float32)) > 6000
    firsts = np.flatnonzero(loud)
    starts = [place for n, place in enumerate(firsts) if n == 0 or place - firsts[n - 1] > 800]
    return [float(start) / RATE for start in starts]


def decoded(path: Path, folder: Path, *, want_music: bool = False) -> tuple[MediaIndex, AudioSpool]:
    index = probe_media(path, MediaLimits())
    return index, decode_sound(path, index, folder, want_music=want_music)


@pytest.mark.parametrize(
    ("name", "codec", "rate", "channels"),
    [
        ("a.mp4", "aac", 48_000, 1),
        ("a.mp4", "aac", 44_100, 2),
        ("a.mkv", "pcm_s16le", 8_000, 1),
        ("a.mkv", "flac", 96_000, 2),
        ("a.mkv", "libopus", 48_000, 2),
        ("a.mp3", "libmp3lame", 44_100, 1),
        ("a.ts", "aac", 48_000, 2),
    ],
)
def test_beeps_are_where_they_were(
    clip_folder: Path, tmp_path: Path, name: str, codec: str, rate: int, channels: int
) -> None:
    samples = synth.beeps(4.0, BEEPS, rate)
    clip = synth.Clip(name, 0, sounds=(synth.Sound(samples, rate, channels, codec),))
    index, spool = decoded(synth.make(clip, clip_folder), tmp_path)
    heard = onsets(spool.pcm(0, spool.samples))
    late = 0.022 if name.endswith("ts") else 0.0  # the container keeps the encoder's lead-in
    assert [time - late for time in heard] == pytest.approx(BEEPS, abs=0.003)
    assert spool.samples / RATE == pytest.approx(4.0, abs=0.06)
    assert spool.start_ns == index.audio_start_ns == 0


def test_a_beep_and_its_picture_share_the_clock(
    named: Callable[[str], tuple[synth.Clip, Path, MediaIndex]], tmp_path: Path
) -> None:
    _, path, index = named("late_start")
    spool = decode_sound(path, index, tmp_path, want_music=False)
    (heard,) = onsets(spool.pcm(0, spool.samples))
    # The sound starts 0.5 s before the picture; the beep is 0.5 s into it.
    assert index.frame_starts_ns[0] == pytest.approx(spool.sample_ns(round(heard * RATE)), abs=1e6)


def _pcm_with_stamps(path: Path, stamps: list[float]) -> None:
    """Write 0.1 s pieces of a beep each, with the given time stamps."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=RATE)
        stream.codec_context.layout = "mono"
        for stamp in stamps:
            piece = np.zeros((1, 1600), np.int16)
            piece[0, :400] = (20_000 * np.sin(np.arange(400) * 0.4)).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(piece, "s16", "mono")
            frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
            frame.pts = round(stamp * RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def test_gaps_become_silence(tmp_path: Path) -> None:
    path = tmp_path / "gaps.mkv"
    _pcm_with_stamps(path, [0.0, 0.1, 1.0, 1.1, 7.5])
    _, spool = decoded(path, tmp_path)
    assert onsets(spool.pcm(0, spool.samples)) == pytest.approx([0, 0.1, 1.0, 1.1, 7.5], abs=0.001)
    assert spool.samples == round(7.6 * RATE)


def test_overlaps_are_cut(tmp_path: Path) -> None:
    path = tmp_path / "overlaps.mkv"
    _pcm_with_stamps(path, [0.0, 0.05, 0.3, 0.4])
    _, spool = decoded(path, tmp_path)
    heard = onsets(spool.pcm(0, spool.samples))
    assert heard == pytest.approx([0.0, 0.3, 0.4], abs=0.001)


def test_rounded_stamps_make_no_gaps(clip_folder: Path, tmp_path: Path) -> None:
    clip = synth.Clip(
        "ms.mkv",
        0,
        sounds=(synth.Sound(synth.tone(60.0, 440, 44_100), 44_100, codec="libmp3lame"),),
    )
    _, spool = decoded(synth.make(clip, clip_folder), tmp_path)
    middle = spool.pcm(RATE, 59 * RATE).astype(np.float64)
    phase = np.arange(len(middle)) * 2 * np.pi * 440 / RATE
    # One tone without a break keeps its phase over the whole minute.
    halves = [
        np.angle(np.sum(part * np.exp(-1j * angle)))
        for part, angle in zip(np.split(middle, 2), np.split(phase, 2), strict=True)
    ]
    assert halves[0] == pytest.approx(halves[1], abs=0.05)


def test_music_has_its_own_rate(clip_folder: Path, tmp_path: Path) -> None:
    clip = synth.Clip("m.mkv", 0, sounds=(synth.Sound(synth.tone(2.0), codec="flac"),))
    _, spool = decoded(synth.make(clip, clip_folder), tmp_path, want_music=True)
    music = spool.music(0, 1 << 30)
    assert music.dtype == np.float32
    assert len(music) == spool.music_samples == pytest.approx(2 * 22_050, abs=2)
    assert np.abs(music).max() == pytest.approx(0.3, abs=0.01)
    assert AudioSpool.load(tmp_path) == spool


def test_silence_has_no_loudness(clip_folder: Path, tmp_path: Path) -> None:
    clip = synth.Clip("s.mkv", 0, sounds=(synth.Sound(synth.silence(2.0), codec="flac"),))
    assert decoded(synth.make(clip, clip_folder), tmp_path)[1].loudness is None


def test_loudness_agrees_with_the_ffmpeg_program(clip_folder: Path, tmp_path: Path) -> None:
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")
    rng = np.random.default_rng(7)
    noise = (rng.standard_normal(48_000 * 12) * 0.05).astype(np.float32)
    noise[: 48_000 * 4] *= 0.3
    clip = synth.Clip("l.mkv", 0, sounds=(synth.Sound(noise, channels=2, codec="flac"),))
    path = synth.make(clip, clip_folder)
    loudness = decoded(path, tmp_path)[1].loudness
    assert loudness is not None
    report = subprocess.run(
        [
            *(imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-i", str(path)),
            *("-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"),
        ],
        capture_output=True, text=True, check=True, timeout=60,
    ).stderr  # fmt: skip
    summary = report[report.rindex("Summary:") :]
    integrated, span, peak = (
        float(re.findall(pattern, summary)[0])
        for pattern in (r"I:\s+(\S+) LUFS", r"LRA:\s+(\S+) LU", r"Peak:\s+(\S+) dBFS")
    )
    assert loudness.integrated_lufs == pytest.approx(integrated, abs=0.1)
    assert loudness.range_lu == pytest.approx(span, abs=0.1)
    assert loudness.true_peak_dbtp == pytest.approx(peak, abs=0.1)


def test_no_sound_at_all_is_a_failure(clip_folder: Path, tmp_path: Path) -> None:
    clip = synth.Clip("z.mp3", 0, sounds=(synth.Sound(synth.tone(1.0), codec="libmp3lame"),))
    path = synth.make(clip, clip_folder)
    index = probe_media(path, MediaLimits())
    broken = tmp_path / "z.mp3"
    data = path.read_bytes()
    broken.write_bytes(data[:600] + bytes(len(data) - 600))
    with pytest.raises(VidereError) as caught:
        decode_sound(broken, index, tmp_path, want_music=False)
    assert caught.value.reason in (Reason.DECODE_FAILED, Reason.MEDIA_UNREADABLE)


def test_plain_wave_files_at_the_recognisers_own_rate_serve_both_outputs(tmp_path: Path) -> None:
    path = tmp_path / "plain.wav"
    samples = (synth.tone(1.5, 440.0, 16_000, 0.3) * 32_767).astype("<i2").reshape(-1)
    with wave.open(str(path), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(16_000)
        target.writeframes(samples.tobytes())
    folder = tmp_path / "sound"
    folder.mkdir()
    index = probe_media(path, MediaLimits())
    spool = decode_sound(path, index, folder, want_music=True)
    assert np.array_equal(spool.pcm(0, spool.samples), samples)
    assert spool.music_samples == pytest.approx(1.5 * 22_050, abs=2)
