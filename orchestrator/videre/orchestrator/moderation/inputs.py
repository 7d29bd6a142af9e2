"""What moderation is given. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from videre.common.values import TimeSpan
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.document import Analysis, MediaFacts, StageResult, TextLine
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.calibration import NO_TABLES, CalibrationTable
from videre.orchestrator.fusion.inputs import NO_CONTEXT, Context
from videre.orchestrator.library.wanted import HashLibrary
from videre.orchestrator.moderation.own_libraries import OwnLibraries
from videre.orchestrator.moderation.words import WordList

#: Version of the moderation rules; changes whenever a verdict may change.
MODERATION_VERSION: Final = "5"


@dataclass(frozen=True, slots=True)
class Cover:
    """What was seen of a cover.

    Args:
        media: its description, as of a picture.
        stages: of every feature, whether it was looked for.
        evidence: what was seen.
        text_lines: what was read.
    """

    media: MediaFacts
    stages: tuple[StageResult, ...]
    evidence: tuple[Evidence, ...] = ()
    text_lines: tuple[TextLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ModerationInput:
    """Everything `moderate` looks at beside the template.

    Args:
        analysis: the fused answer: media facts, stages, text lines, utterances.
        evidence: the same records that were fused.
        engines: every pinned engine.
        tables: calibration tables by engine "name@version"; the identity where there is none.
        context: title, description, comments, tags.
        word_lists: the lists that rules name, by "id" and "id@version".
        libraries: the project's libraries that rules name, by the names they use.
        blurred: digest of the blurred variant of a kept picture, by the picture's digest.
        sampled: spans of all sampled frames, see `hits.sampled_spans`; None = those of the
            evidence, which then has the records of every feature.
        hash_lists: own libraries of hashes that rules name, by id, without those that are gone.
        covers: what was seen of cover pictures that were given.
    """

    analysis: Analysis
    evidence: Sequence[Evidence]
    engines: tuple[EngineFacts, ...] = ()
    tables: Mapping[str, CalibrationTable] = field(default_factory=lambda: NO_TABLES)
    context: Context = NO_CONTEXT
    word_lists: Mapping[str, WordList] = field(default_factory=dict)
    libraries: OwnLibraries = field(default_factory=dict)
    blurred: Mapping[str, str] = field(default_factory=dict)
    sampled: Sequence[TimeSpan] | None = None
    hash_lists: Mapping[str, HashLibrary] = field(default_factory=dict)
    covers: tuple[Cover, ...] = ()
