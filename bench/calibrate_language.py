"""Fits the language gate's table for the bundled recogniser, and says how well it does.

    python -m bench.calibrate_language [--speech LANG=FOLDER …] [--write] [--jobs N]

The released table was fitted on the test media, espeak-ng in 13 languages, and the telephone
prompts of the Debian packages asterisk-core-sounds-{en,es,fr,it,ru}-g722:
`--speech es=/usr/share/asterisk/sounds/es_MX_f_Allison` and so on. All figures are measured with
each voice left out of the fit in its turn; intervals are bootstrapped over tracks.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib import resources
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.speech_corpus import Heard, Listener, media_tracks, recorded_tracks, synthetic_tracks
from videre.asr.engines.sphinx import SPEC
from videre.orchestrator.document import Understanding
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.language_gate import GateTable, judge

FEATURES = ("acoustic_score_per_frame", "mean_word_probability", "mean_word_seconds")
LANGUAGE = "en"
#: Everything but weights and intercept is chosen, not fitted: round numbers with margin.
FRAME = GateTable(
    version="1",
    language=LANGUAGE,
    weights={},
    intercept=0,
    limit=60_000,
    evidence_ms=8_000,
    outlier=30_000,
    understood=7_000,
    not_understood=-8_000,
)
_RIDGE = 1.0
_NEWTON_STEPS = 50
_RESAMPLES = 1_000

Array = NDArray[np.float64]


def fit(tracks: Iterable[Heard], version: str) -> GateTable:
    """Return the table fitted on tracks: ridge-regularised logistic regression by Newton's method.

    Languages count alike, voices by the square root of their length: neither one long voice nor
    many short ones decide. English that espeak says is left out: it is neither.
    """
    rows, labels, voices, lengths = [], [], [], []
    for track in tracks:
        if track.language == LANGUAGE and track.origin == "synthetic":
            continue
        for record in (one for one in track.records if one.words):
            rows.append([record.attributes[name] / 10_000 for name in FEATURES])
            labels.append(float(track.language == LANGUAGE))
            voices.append(track.voice)
            lengths.append(record.span.duration_ns / 1e9)
    x, y, names = np.array(rows), np.array(labels), np.array(voices)
    weight = np.array(lengths)
    for voice in set(voices):
        weight[names == voice] /= np.sqrt(weight[names == voice].sum())
    for label in (0.0, 1.0):
        weight[y == label] *= 100 / weight[y == label].sum()
    mean, deviation = x.mean(0), x.std(0)
    theta = _newton((x - mean) / deviation, y, weight)
    slopes = theta[:-1] / deviation
    return replace(
        FRAME,
        version=version,
        weights={name: round(10_000 * slope) for name, slope in zip(FEATURES, slopes, strict=True)},
        intercept=round(10_000 * (theta[-1] - slopes @ mean)),
    )


def _newton(x: Array, y: Array, weight: Array) -> Array:
    extended = np.column_stack([x, np.ones(len(x))])
    ridge = np.diag([_RIDGE] * x.shape[1] + [0.0])
    theta = np.zeros(extended.shape[1])
    for _ in range(_NEWTON_STEPS):
        p = 1 / (1 + np.exp(-extended @ theta))
        gradient = extended.T @ (weight * (p - y)) + ridge @ theta
        hessian = (extended * (weight * p * (1 - p))[:, None]).T @ extended + ridge
        theta -= np.linalg.solve(hessian, gradient)
    return theta


def words_by_state(records: Sequence[Evidence], table: GateTable) -> Counter[Understanding]:
    """Return the number of words the gate puts into each state."""
    states: Counter[Understanding] = Counter()
    for record, judged in zip(records, judge(records, table), strict=True):
        states[judged.understanding] += len(record.words)
    return states


def left_out(tracks: Sequence[Heard]) -> list[Counter[Understanding]]:
    """Return the states of each track's words by a table that never saw its voice."""
    tables = {
        voice: fit([track for track in tracks if track.voice != voice], "left-out")
        for voice in {track.voice for track in tracks}
    }
    return [words_by_state(track.records, tables[track.voice]) for track in tracks]


def report(tracks: Sequence[Heard], states: Sequence[Counter[Understanding]]) -> None:
    """Print shares of words per kind of track with 95 % intervals, then single tracks."""
    kinds = [_kind(track) for track in tracks]
    random = np.random.default_rng(1)
    print(f"{'':24} tracks  words  understood          uncertain           not understood")
    for kind in sorted(set(kinds)):
        table = np.array(
            [
                [states[i][state] for state in Understanding]
                for i, k in enumerate(kinds)
                if k == kind
            ]
        )
        draws = table[random.integers(len(table), size=(_RESAMPLES, len(table)))].sum(1)
        spread = draws / np.maximum(draws.sum(1, keepdims=True), 1)
        low, high = np.percentile(spread, [2.5, 97.5], axis=0)
        shares = table.sum(0) / max(1, table.sum())
        cells = [f"{s:.3f} ({a:.3f}-{b:.3f})" for s, a, b in zip(shares, low, high, strict=True)]
        print(f"{kind:24} {len(table):6} {table.sum():6}  " + "  ".join(cells))
    for track, counted in zip(tracks, states, strict=True):
        if track.language != LANGUAGE and counted[Understanding.UNDERSTOOD]:
            print(f"let through: {track.language} {track.name} {dict(counted)}")
        if track.origin == "media":
            print(f"{track.language} {track.name}: {dict(counted)}")


def _kind(track: Heard) -> str:
    return f"{LANGUAGE if track.language == LANGUAGE else 'foreign'}, {track.origin}"


def to_toml(table: GateTable) -> str:
    """Return the table as it stands in language_gate.toml."""
    engine = f"{SPEC.name}@{SPEC.version}"
    numbers = ("intercept", "limit", "evidence_ms", "outlier", "understood", "not_understood")
    return "\n".join(
        [
            "# Tables of the language gate by engine, fitted by bench.calibrate_language.",
            "# Numbers are explained in language_gate.py (GateTable).",
            "",
            f'["{engine}"]',
            f'version = "{table.version}"',
            f'language = "{table.language}"',
            *(f"{name} = {getattr(table, name)}" for name in numbers),
            "",
            f'["{engine}".weights]',
            *(f"{name} = {weight}" for name, weight in table.weights.items()),
            "",
        ]
    )


def main() -> None:
    """Hear the corpus, fit, report, and write the table if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--speech", action="append", default=[], metavar="LANG=FOLDER")
    parser.add_argument("--version", default=FRAME.version, help="version of the new table")
    parser.add_argument("--write", action="store_true", help="replace the released table")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    folders = [one.split("=", 1) for one in options.speech]
    recorded = chain.from_iterable(recorded_tracks(lang, Path(where)) for lang, where in folders)
    tracks = Listener(options.jobs).hear([*media_tracks(), *synthetic_tracks(), *recorded])
    if not tracks:
        parser.error("no speech: set VIDERE_TEST_MEDIA, install espeak-ng, or name folders")
    print("each voice left out of the fit:")
    report(tracks, left_out(tracks))
    table = fit(tracks, options.version)
    print("\nthe table, on what it was fitted on:")
    report(tracks, [words_by_state(track.records, table) for track in tracks])
    print(to_toml(table))
    if options.write:
        target = resources.files("videre.orchestrator.fusion").joinpath("language_gate.toml")
        Path(str(target)).write_text(to_toml(table))


if __name__ == "__main__":
    main()
