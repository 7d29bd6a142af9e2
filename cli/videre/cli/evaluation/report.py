"""An evaluation: figures of one choice of engines on one set, as data and back. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.activity import speech_activity
from videre.cli.evaluation.measures.boundaries import cuts, fades
from videre.cli.evaluation.measures.captions import captions, junk
from videre.cli.evaluation.measures.labels import own_labels
from videre.cli.evaluation.measures.language import language_gate
from videre.cli.evaluation.measures.music import beats, tempo
from videre.cli.evaluation.measures.objects import faces, objects
from videre.cli.evaluation.measures.pairs import Pairs
from videre.cli.evaluation.measures.sounds import top_sounds
from videre.cli.evaluation.measures.speech import error_rates, word_times
from videre.cli.evaluation.measures.stills import stills
from videre.cli.evaluation.measures.verdicts import verdicts
from videre.cli.evaluation.truth import Truth

#: Form of the data; raised when a reader of an older one would misread it.
FORM: Final = "videre-eval-1"
#: What a figure's name holds when less is better.
_LESS: Final = (
    "WER", "CER", "error", "false", "junk", "review", "given in parts", "UNDERSTOOD", "UNCERTAIN",
    "foreign", "nsfw:", "missed",
)  # fmt: skip
#: Features that a fact needs; what moderation says of ordinary media needs all.
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "cuts": ("shots",),
    "fades": ("shots",),
    "captions": ("text",),
    "lines": ("text",),
    "text_free": ("text",),
    "transcript": ("speech",),
    "speech": ("speech",),
    "events": ("sound",),
    "beats": ("music",),
    "bpm": ("music",),
    "objects": ("objects", "classes"),
    "all_objects": ("objects",),
    "labels": ("objects", "classes", "landmarks"),
    "faceless": ("faces",),
}


class ReportError(ValueError):
    """A file holds no evaluation."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured.

    Args:
        name: what it is called beside others.
        folder: folder of the set.
        media: number of media that were analysed.
        engines: "feature: name@version" of every engine that answered.
        figures: those there was something to measure for.
        failed: media that gave no analysis, with the reason.
    """

    name: str
    folder: str
    media: int
    engines: tuple[str, ...]
    figures: tuple[Measured, ...]
    failed: tuple[str, ...]


def needed_features(truth: Truth) -> tuple[str, ...] | None:
    """Return the features that the facts of a media need, in order; None = nothing is known.

    Empty = all: moderation judges the whole.
    """
    if truth.ordinary or truth.verdict:
        return ()
    names = {
        feature
        for fact, features in _NEEDED.items()
        if getattr(truth, fact) not in (None, ()) or getattr(truth, fact) == frozenset()
        for feature in features
    }
    if truth.cuts is not None or truth.fades is not None:
        names.add("shots")
    if truth.language and truth.lines is None and truth.captions is None:
        names.add("speech")  # spoken, not written
    return tuple(sorted(names)) or None


def measure(pairs: Pairs) -> tuple[Measured, ...]:
    """Return every figure there is something to measure for."""
    figures = [
        *cuts(pairs),
        *fades(pairs),
        *captions(pairs),
        junk(pairs),
        *stills(pairs),
        *error_rates(pairs, {}),
        *word_times(pairs),
        *language_gate(pairs),
        speech_activity(pairs),
        top_sounds(pairs),
        beats(pairs),
        *tempo(pairs),
        *objects(pairs),
        *own_labels(pairs),
        faces(pairs),
        *verdicts(pairs),
    ]
    return tuple(figure for figure in figures if figure.value is not None)


def less_is_better(figure: str) -> bool:
    """Tell whether a smaller value of a figure is the better one."""
    return any(word in figure for word in _LESS)


def worst(figure: Measured) -> list[Case]:
    """Return the worst cases of a figure, the worst first."""
    return sorted(figure.cases, key=lambda case: -case.weight)[: figure.shown]


def as_data(evaluation: Evaluation) -> dict[str, Any]:
    """Return an evaluation as plain data, with the worst cases only."""
    figures = [
        {**asdict(figure), "cases": [asdict(case) for case in worst(figure)]}
        for figure in evaluation.figures
    ]
    return {"form": FORM, **asdict(evaluation), "figures": figures}


def read(path: Path) -> Evaluation:
    """Return the evaluation of a file.

    Raises:
        OSError: it cannot be read.
        ReportError: it holds none.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.pop("form") != FORM:
            raise ReportError(f"{path} has another form than {FORM}")
        return Evaluation(
            **{
                **data,
                "engines": tuple(data["engines"]),
                "failed": tuple(data["failed"]),
                "figures": tuple(map(_figure, data["figures"])),
            }
        )
    except ReportError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ReportError(f"{path} holds no evaluation of `videre eval`") from error


def _figure(data: Mapping[str, Any]) -> Measured:
    value, spread = data["value"], data["spread"]
    numbers: Sequence[Any] = [value] if spread is None else [value, *spread]
    if not all(isinstance(number, int | float) for number in numbers):
        raise TypeError("a figure that is no number")
    cases = tuple(Case(**case) for case in data["cases"])
    return Measured(
        **{**data, "spread": None if spread is None else (spread[0], spread[1]), "cases": cases}
    )
