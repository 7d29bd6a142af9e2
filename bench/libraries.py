"""Own libraries: how large they may be, and what of sample pictures is found in films.

Scale is measured on libraries made by chance; finding on frames of the set's films, given back as
sample pictures that were re-encoded, scaled, cut and turned. Nothing runs but the visual service's
engine and the matching itself: both see what they see in the suite.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from bench.constructed.chance_words import chance_word
from bench.constructed.sample_views import VIEWS, Bgr, frames_of
from bench.harness import Outcome
from bench.options import Options
from bench.sample_pictures import Film, Sought, among_many, are_alike
from videre.cli.evaluation.figures import Case, Measured
from videre.common.local_features import MOST
from videre.orchestrator.fusion.face_vectors import likeness, vectors_of
from videre.orchestrator.library.descriptors import SampleIndex
from videre.orchestrator.library.entries import (
    DEFAULT_THRESHOLD,
    FEATURE_DTYPE,
    Features,
    HashEntry,
    Marks,
    PictureEntry,
    SamplePicture,
    WordEntry,
)
from videre.orchestrator.library.hashes import HashList
from videre.orchestrator.library.marks import read_features
from videre.orchestrator.library.pictures import MOST_WHOLE, PictureFinder
from videre.orchestrator.library.words import WordFinder
from videre.visual.engines.landmarks import OrbMarks
from videre.visual.pictures import Picture

_ENTRIES: Final = 100_000
_QUICK_ENTRIES: Final = 20_000
#: Texts of a long film: captions and utterances of two hours.
_TEXTS: Final = 5_000
_FRAMES: Final = 2_400
_ROUNDS: Final = 7
_FACE_VALUES: Final = 256
_SOME_FRAMES: Final = 120
#: A frame every so many seconds, as the suite samples a shot.
_EVERY_S: Final = 2.5
#: Frames of a film that become sample pictures.
_SAMPLES: Final = 3
_SEED: Final = 20_261
#: Views that show the whole frame upright, as a perceptual hash must have it.
_WHOLE: Final = ("re-encoded", "half as large")
_VIDEO: Final = ("*.mp4", "*.mkv", "*.avi", "*.webm", "*.mov")
_FOLDERS: Final = ("video", "shots", "oldfmt", "portrait")


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Return the figures of scale, and with a set of media those of finding."""
    count = _QUICK_ENTRIES if options.quick else _ENTRIES
    figures = [*_faces(count), *_samples(MOST_WHOLE), *_words(count), *_hashes(count)]
    if options.media is not None:
        films = _films(options.media, tell)
        figures += _found(films, tell)
        figures += among_many(_sought(films), films, count, tell)
    return figures, []


def _seconds(work: Callable[[], object]) -> float:
    """Return the median of the CPU-seconds that something takes, the first time left out."""
    work()
    taken = []
    for _ in range(_ROUNDS):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return sorted(taken)[len(taken) // 2]


def _faces(count: int) -> list[Measured]:
    rng = np.random.default_rng(_SEED)
    rows = rng.standard_normal((count, _FACE_VALUES)).astype(np.float16)
    vectors = vectors_of([f"a/{row}" for row in range(count)], {"a": rows})
    seconds = _seconds(lambda: likeness(vectors[:1], vectors).argmax())
    how = f"one of {count:,} vectors of {_FACE_VALUES} values, exact, one thread"
    return [Measured("persons: search of all faces", seconds, "CPU-s", how)]


def _samples(count: int) -> list[Measured]:
    """Look for samples in frames that show none of them: features by chance."""
    rng = np.random.default_rng(_SEED)

    def features() -> Features:
        made = np.zeros(MOST, FEATURE_DTYPE)
        made["descriptor"] = rng.integers(0, 256, made["descriptor"].shape)
        return made

    index = SampleIndex([features() for _ in range(count)])
    frames = [features() for _ in range(_SOME_FRAMES)]
    started = time.process_time()
    index.votes(frames)
    seconds = (time.process_time() - started) * _FRAMES / _SOME_FRAMES
    how = f"{count} samples of {MOST} features, {_FRAMES:,} frames (from {_SOME_FRAMES})"
    return [Measured("pictures: all samples in a film of two hours", seconds, "CPU-s", how)]


def _words(count: int) -> list[Measured]:
    rng = random.Random(_SEED)
    known = [chance_word(rng) for _ in range(count)]
    entries = [WordEntry(str(number), (text,)) for number, text in enumerate(known)]
    started = time.process_time()
    finder = WordFinder(entries)
    built = time.process_time() - started
    texts = [
        " ".join([*(chance_word(rng) for _ in range(9)), rng.choice(known)]) for _ in range(_TEXTS)
    ]
    found = sum(bool(finder.find(text)) for text in texts)
    seconds = _seconds(lambda: [finder.find(text) for text in texts])
    how = f"{_TEXTS:,} texts of 10 words, one entry in each; half English, half Chinese"
    return [
        Measured("words: one pass of all entries", seconds, "CPU-s", f"{count:,} entries, {how}"),
        Measured("words: texts whose entry was found", found / _TEXTS, "share", how),
        Measured("words: making the automaton", built, "CPU-s", f"{count:,} entries, once"),
    ]


def _hashes(count: int) -> list[Measured]:
    rng = random.Random(_SEED)
    entries = [HashEntry(str(number), (rng.getrandbits(64),)) for number in range(count)]
    known = HashList(entries)
    shown = [rng.getrandbits(64) for _ in range(_FRAMES)]
    started = time.process_time()
    known.find(shown)
    seconds = time.process_time() - started
    how = f"{count:,} hashes, {_FRAMES:,} frames: a film of two hours"
    return [Measured("hashes: all frames of a film", seconds, "CPU-s", how)]


def _films(folder: Path, tell: Callable[[str], None]) -> list[Film]:
    engine = OrbMarks()
    films = []
    paths = [p for sub in _FOLDERS for kind in _VIDEO for p in sorted((folder / sub).glob(kind))]
    for path in paths:
        pictures = frames_of(path, _EVERY_S)
        started = time.thread_time()
        marks = [_marks(engine, picture) for picture in pictures]
        cpu_s = (time.thread_time() - started) / max(1, len(pictures))
        if pictures:
            films.append(Film(path.stem, pictures, marks, cpu_s))
            tell(f"{path.name}: {len(pictures)} frames")
    return films


def _marks(engine: OrbMarks, picture: Bgr) -> Marks:
    (seen,) = engine.look(Picture(picture)).seen
    return Marks(
        read_features(seen.local_features),
        int(seen.attributes["width_px"]),
        int(seen.attributes["height_px"]),
        seen.perceptual_hash,
    )


@dataclass(slots=True)
class _Tally:
    """What became of the samples of one view of the films' frames."""

    sought: int = 0
    found: int = 0
    found_by_hash: int = 0
    compared: int = 0
    most_agreeing: int = 0
    missed: list[Case] = field(default_factory=list)
    false: list[Case] = field(default_factory=list)
    false_by_hash: list[Case] = field(default_factory=list)

    def take(self, view: str, film: Film, number: int, sample: Marks, other: Film) -> None:
        """Look for a sample, a frame of `film`, in `other`."""
        entry = PictureEntry(view, (SamplePicture(view, sample),), threshold=0)
        hashed = HashEntry(view, () if sample.hash is None else (sample.hash,))
        anywhere = PictureFinder([entry]).find(other.marks)
        seen = [one for one in anywhere if one.score >= DEFAULT_THRESHOLD]
        near = HashList([hashed]).find([m.hash for m in other.marks if m.hash is not None])
        if other is film:
            self.sought += 1
            self.found += bool(seen)
            self.found_by_hash += bool(near)
            if not seen:
                self.missed.append(Case(film.name, number * _EVERY_S, view, "not found"))
            return
        self.compared += 1
        agreeing = [one.placement.agreeing for one in anywhere]
        self.most_agreeing = max([self.most_agreeing, *agreeing])
        told = f"{film.name}: {view}"
        self.false += [
            Case(other.name, one.frame * _EVERY_S, "nothing", told, one.score) for one in seen
        ]
        self.false_by_hash += [Case(other.name, None, "nothing", told, -bits) for *_, bits in near]


def _found(films: Sequence[Film], tell: Callable[[str], None]) -> list[Measured]:
    engine = OrbMarks()
    tallies = {view: _Tally() for view in VIEWS}
    for view, change in VIEWS.items():
        for film in films:
            for number, picture in _chosen(film):
                sample = _marks(engine, change(picture))
                for other in films:
                    if other is film or not are_alike(film.name, other.name):
                        tallies[view].take(view, film, number, sample, other)
        tell(f"{view}: {tallies[view].found} of {tallies[view].sought}")
    figures = [
        Measured(f"pictures: found, {view}", tally.found / tally.sought, "share",
                 f"{tally.found} of {tally.sought} frames of {len(films)} films, as samples",
                 cases=tuple(tally.missed))
        for view, tally in tallies.items()
    ]  # fmt: skip
    figures += [
        Measured(f"hashes: found, {view}", tallies[view].found_by_hash / tallies[view].sought,
                 "share", f"{tallies[view].found_by_hash} of {tallies[view].sought}")
        for view in _WHOLE
    ]  # fmt: skip
    return [*figures, *_false(list(tallies.values())), _cost(films)]


def _sought(films: Sequence[Film]) -> list[Sought]:
    """Return the sample pictures of all views."""
    engine = OrbMarks()
    return [
        Sought(view, film.name, number * _EVERY_S, _marks(engine, change(picture)))
        for view, change in VIEWS.items()
        for film in films
        for number, picture in _chosen(film)
    ]


def _false(tallies: Sequence[_Tally]) -> list[Measured]:
    compared = sum(tally.compared for tally in tallies)
    how = f"{compared} pairs of a sample and a film that does not show it"
    false = [case for tally in tallies for case in tally.false]
    by_hash = [case for tally in tallies for case in tally.false_by_hash]
    most = max(tally.most_agreeing for tally in tallies)
    return [
        Measured("pictures: false", len(false), "frames", how, cases=tuple(false)),
        Measured("pictures: most features that agree by chance", most, "features",
                 f"{how}; fewer than 9 are not counted"),
        Measured("hashes: false", len(by_hash), "frames", how, cases=tuple(by_hash)),
    ]  # fmt: skip


def _cost(films: Sequence[Film]) -> Measured:
    count = sum(len(film.pictures) for film in films)
    cpu_s = sum(film.cpu_s * len(film.pictures) for film in films)
    how = f"{count} frames, one every {_EVERY_S} s, decoded already"
    return Measured("pictures: cost", cpu_s / count / _EVERY_S, "CPU-s per media-s", how)


def _chosen(film: Film) -> list[tuple[int, Bgr]]:
    """Return frames spread over a film, with their numbers."""
    step = max(1, len(film.pictures) // _SAMPLES)
    return list(enumerate(film.pictures))[::step][:_SAMPLES]
