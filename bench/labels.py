"""Labels, people, topics, places and moods where they are known; fusion with senses left out.

Everything goes through the whole suite once. Then fusion, which is pure, is run again on what the
suite has kept: as it stands, with one sense alone, with one sense left out, and with sentences
said over clips that nobody speaks in. Those sentences are evidence of a recogniser that made no
mistake: no synthetic voice is understood well enough by the bundled one.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.constructed.media import backgrounds
from bench.constructed.mood_media import (
    MoodMedia,
    mood_documents,
    mood_films,
    mood_sounds,
    mood_texts,
)
from bench.constructed.people_film import (
    PersonShot,
    clip_portrait,
    finder,
    people_film,
    picture_portraits,
)
from bench.constructed.planted_places import (
    everyday_document,
    everyday_shown,
    everyday_spoken,
    place_film,
    shown,
    spoken,
)
from bench.constructed.topic_texts import TopicText, topic_texts
from bench.constructed.voting import Part, VotingFilm, voting_films
from bench.harness import Outcome, analyse, suite_on
from bench.measures.labels import (
    FUSED,
    SENSES,
    LabelCase,
    judged,
    label_figures,
    voting_figures,
)
from bench.measures.moods import ToldMood, mood_figures
from bench.measures.people import people_figures, told_in
from bench.measures.words import ToldTopics, false_places, planted_places, topic_figures
from bench.options import Options
from bench.said import heard_right, said_over, sentences
from bench.seen import SeenLabels, seen_labels
from bench.stored import fusion_of, of_senses, opened
from bench.truth import load_set
from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.truth import Truth
from videre.common.values import SCORE_ONE
from videre.orchestrator.document import Analysis
from videre.orchestrator.features import Modality
from videre.orchestrator.fusion.fuse import fuse
from videre.orchestrator.fusion.inputs import FusionInput
from videre.orchestrator.steps.runtime import Runtime

_PATIENCE_S: Final = 1_800.0
_QUICK_S: Final = 6.0
_QUICK_CLIPS: Final = 2
#: Sets of media as they come.
_REAL: Final = "as they come"
_SAID_OVER_PICTURE: Final = "picture, sentences"
_SAID_OVER_SOUND: Final = "sound, sentences"


@dataclass(frozen=True, slots=True)
class _Made:
    """All that is sent through the suite."""

    real: list[Part]
    voting: list[VotingFilm]
    people: Mapping[str, tuple[Path, list[PersonShot]]]
    places: list[Path]
    topics: list[TopicText]
    moods: list[MoodMedia]

    @property
    def paths(self) -> list[Path]:
        return [
            *(part.path for part in self.real),
            *(film.path for film in self.voting),
            *(path for path, _ in self.people.values()),
            *self.places,
            *(text.path for text in self.topics),
            *(media.path for media in self.moods),
        ]

    @property
    def written(self) -> set[Path]:
        """Text documents, for which no model is called."""
        documents = [media.path for media in self.moods if media.route == "documents"]
        return {*self.places[1:], *(text.path for text in self.topics), *documents}


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Measure on the set of `options.media` and on media made from it.

    Raises:
        FileNotFoundError: there is no set, or it has no truth.json.
    """
    return asyncio.run(_run(options, tell))


async def _run(
    options: Options, tell: Callable[[str], None]
) -> tuple[list[Measured], list[Outcome]]:
    truths = load_set(options.media_folder())
    with tempfile.TemporaryDirectory(prefix="videre-bench-labels-") as temporary:
        folder = Path(temporary)
        made = _make(truths, folder, options)
        tell(f"{len(made.paths)} media")
        async with suite_on(folder) as suite:
            outcomes = await analyse(suite.client, made.paths, patience_s=_PATIENCE_S, tell=tell)
        by_path = {outcome.path: outcome for outcome in outcomes}
        async with opened(folder / "data") as store:
            figures = await _measure(made, by_path, store)
    # A text document needs no model: that none was called proves nothing against it.
    return figures, [one for one in outcomes if one.error or one.path not in made.written]


def _make(truths: Sequence[Truth], folder: Path, options: Options) -> _Made:
    """Write what is made; a quick run makes less of it."""
    known = [Part(t.name, t.path, seen) for t in truths if (seen := seen_labels(t.path))]
    clips = [part for part in known if part.seen.captions]
    sounds = [part for part in known if part.seen.spoken and not part.seen.captions]
    free = backgrounds(truths)
    if options.quick:
        short = {truth.path for truth in truths if (truth.seconds or 0.0) <= _QUICK_S}
        known, clips = [part for part in known if part.path in short], clips[:_QUICK_CLIPS]
    return _Made(
        real=known,
        voting=list(voting_films(clips, sounds, folder)) if sounds else [],
        people=_people(known, folder, options.faces),
        places=[place_film(free[-1], folder), everyday_document(folder)] if free else [],
        topics=topic_texts(folder),
        moods=_mood_media(free, folder, options),
    )


def _mood_media(free: Sequence[Path], folder: Path, options: Options) -> list[MoodMedia]:
    texts = mood_texts()
    made = mood_documents(texts, folder)
    if free:
        made += mood_films(texts[::2] if options.quick else texts, free[-1], folder)
    return [*made, *(mood_sounds(options.sounds) if options.sounds is not None else ())]


def _people(
    known: Sequence[Part], folder: Path, faces: Path | None
) -> dict[str, tuple[Path, list[PersonShot]]]:
    find = finder()
    clips = [(part.path, part.seen.one_person) for part in known]
    found = {"clips": [clip_portrait(p, span, find) for p, span in clips if span is not None]}
    if faces is not None:
        found["pictures"] = [*picture_portraits(faces, find)]
    films = {}
    for kind, portraits in found.items():
        path = folder / f"people_{kind}.mp4"
        films[kind] = path, people_film([one for one in portraits if one is not None], path)
    return films


async def _measure(made: _Made, by_path: Mapping[Path, Outcome], store: Runtime) -> list[Measured]:
    async def given(path: Path) -> FusionInput | None:
        outcome = by_path[path]
        return None if outcome.error else await fusion_of(store, outcome.job.job_id)

    real, voting, differing = [], [], []
    for part in made.real:
        if (known := await given(part.path)) is None:
            continue
        analysis = fuse(known, heard_right)
        differing += _differing(part.name, analysis, by_path[part.path])
        real.append(_case(part.name, _REAL, known, part.seen))
        if part.seen.spoken:
            group = _SAID_OVER_PICTURE if part.seen.captions else _SAID_OVER_SOUND
            said = said_over(known, part.seen.spoken)
            voting.append(_case(f"{part.name}, said over", group, said, part.seen.talked_about()))
    for film in made.voting:
        if (known := await given(film.path)) is not None:
            voting.append(_case(film.path.name, film.group, known, film.seen))
    people = [
        figure
        for kind, (path, shots) in made.people.items()
        for figure in people_figures(kind, shots, told_in(shots, by_path[path].analysis))
    ]
    texts = [
        ToldTopics(
            text.path.name, text.topic, text.language,
            tuple((t.topic_id, t.confidence) for t in by_path[text.path].analysis.topics),
        )
        for text in made.topics
    ]  # fmt: skip
    aloud = [mood for path in made.places[:1] for mood in _spoken_moods(await given(path))]
    return [
        *label_figures(real),
        *voting_figures([*real, *voting]),
        Measured(
            "labels: replays that differ", float(len(differing)), "media",
            "fusion run again on what the suite kept, against what it published", None,
            tuple(differing),
        ),
        *people,
        *topic_figures(texts),
        *_places([known for path in made.places if (known := await given(path)) is not None]),
        *mood_figures(
            [*_told_moods(made.moods, by_path), *aloud],
            _told_moods([MoodMedia(part.path, _REAL, "", 0) for part in made.real], by_path),
        ),
    ]  # fmt: skip


def _told_moods(media: Sequence[MoodMedia], by_path: Mapping[Path, Outcome]) -> list[ToldMood]:
    return [
        ToldMood(
            one.path.name, one.route, one.language, one.side,
            by_path[one.path].analysis.film_mood.valence,
        )
        for one in media
    ]  # fmt: skip


def _spoken_moods(given: FusionInput | None) -> list[ToldMood]:
    """Return what is told of the English texts were they said: no other speech is understood."""
    if given is None:
        return []
    told = []
    for text in mood_texts():
        if text.language == "en":
            whole = fuse(sentences(given, text.sentences), heard_right).film_mood
            valence = (whole.valence or 0) / SCORE_ONE if whole is not None else 0.0
            told.append(ToldMood(text.name, "sentences", "en", text.side, valence))
    return told


def _case(name: str, group: str, given: FusionInput, truth: SeenLabels) -> LabelCase:
    """Return what every voice makes of a media."""
    voices = {FUSED: given}
    voices |= {sense.value: of_senses(given, {sense}) for sense in SENSES}
    everyone = set(Modality)
    voices |= {f"without {sense}": of_senses(given, everyone - {sense}) for sense in SENSES}
    return LabelCase(
        name,
        group,
        {
            voice: judged(fuse(known, heard_right).labels, truth, given.taxonomy)
            for voice, known in voices.items()
        },
    )


def _differing(name: str, analysis: Analysis, outcome: Outcome) -> list[Case]:
    """Return a case where fusion tells other labels than the suite published."""
    now = {label.node_id: label.score for label in analysis.labels}
    then = {label.node_id: round(label.confidence * 10_000) for label in outcome.analysis.labels}
    if now == then:
        return []
    other = sorted({node for node, _ in now.items() ^ then.items()})
    return [Case(name, None, "the same labels", ", ".join(other))]


def _places(given: Sequence[FusionInput]) -> list[Measured]:
    """Return what is found of the planted places, and what is found where none is."""
    if len(given) < 2:
        return []
    film, document = given
    here = [item.text for item in spoken()]
    captions = fuse(of_senses(film, {Modality.TEXT}), heard_right).entities
    speech = fuse(sentences(film, here), heard_right).entities
    both = [
        ("captions", captions),
        ("speech", speech),
        ("everyday lines", fuse(document, heard_right).entities),
        ("everyday sentences", fuse(sentences(film, everyday_spoken()), heard_right).entities),
    ]
    every = len(everyday_shown()) + len(everyday_spoken())
    return [
        planted_places("captions", shown(), captions),
        planted_places("speech", spoken(), speech),
        false_places(both, {*shown(), *spoken()}, every),
    ]
