"""Which evidence feeds which label, and whether somebody looked. Pure.

"Nobody looked" is never "nothing there": an empty answer counts only where an engine that knows the
label has looked at the whole track.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from videre.common.errors import Reason, invalid
from videre.orchestrator.document import (
    Analysis,
    Coverage,
    LabelCoverage,
    MediaKind,
    StageResult,
    StageState,
    Understanding,
)
from videre.orchestrator.features import CLASSES, NSFW, SOUND, SPEECH, TEXT
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.moderation.template import (
    WORD_MEDIA,
    Category,
    Medium,
    ModerationTemplate,
    Rule,
    UnclearSpeech,
)

_NS_PER_MS: Final = 1_000_000
_UNCLEAR: Final = UnclearSpeech()


@dataclass(frozen=True, slots=True)
class Source:
    """Classes of a feature that feed a label."""

    feature: str
    classes: frozenset[str]


def _source(feature: str, *classes: str) -> tuple[Source, ...]:
    return (Source(feature, frozenset(classes)),)


_NOBODY: Final[tuple[Source, ...]] = ()

#: Labels of pictures and sounds per category, with the evidence that feeds them. A label without
#: sources is known by name only: no engine of this release looks for it.
SOURCES: Final[Mapping[tuple[Category, Medium], Mapping[str, tuple[Source, ...]]]] = {
    (Category.PORN, Medium.IMAGE): {
        "porn": _source(NSFW.name, "nsfw", "porn", "hentai"),
        "vulgar": _NOBODY,
        "intimacy": _NOBODY,
        "sexy": _source(NSFW.name, "sexy"),
    },
    (Category.PORN, Medium.SOUND): {"moan": _NOBODY},
    (Category.TERRORISM, Medium.IMAGE): {
        "guns": _source(CLASSES.name, "assault rifle", "rifle", "revolver"),
        "crowd": _NOBODY,
        "bloody": _NOBODY,
        "police": _NOBODY,
        "banners": _NOBODY,
        "militant": _NOBODY,
        "explosion": _NOBODY,
        "terrorists": _NOBODY,
    },
    (Category.TERRORISM, Medium.SOUND): {
        "guns": _source(
            SOUND.name, "Gunshot, gunfire", "Machine gun", "Fusillade", "Artillery fire"
        ),
        "explosion": _source(SOUND.name, "Explosion"),
    },
    (Category.POLITICAL, Medium.IMAGE): {
        "violation_photo": _NOBODY,
        "politician": _NOBODY,
        "entertainment": _NOBODY,
        "sport": _NOBODY,
        "entrepreneur": _NOBODY,
        "scholar": _NOBODY,
        "celebrity": _NOBODY,
        "military": _source(CLASSES.name, "military uniform"),
    },
    (Category.PROHIBITED, Medium.IMAGE): {
        "drugs": _NOBODY,
        "gambling": _source(CLASSES.name, "slot"),
    },
    (Category.AD, Medium.IMAGE): {"qr_code": _NOBODY, "logo": _NOBODY},
}

_WORD_FEATURES: Final = {Medium.SPEECH: SPEECH.name, Medium.TEXT: TEXT.name}


def labels_of(rule: Rule) -> tuple[str, ...]:
    """Return the labels a rule looks at; ("",) for words, and where no label is known."""
    if rule.medium in WORD_MEDIA:
        return ("",)
    return rule.labels or tuple(SOURCES.get((rule.category, rule.medium), {})) or ("",)


def check_required(template: ModerationTemplate) -> None:
    """Check that every required label belongs to an enabled rule.

    Raises:
        VidereError: FIELD_INVALID.
    """
    known = {
        f"{rule.category}/{rule.medium}/{label}"
        for rule in template.rules
        if rule.enabled
        for label in labels_of(rule)
    }
    for index, required in enumerate(template.required):
        if required not in known:
            raise invalid(
                f"required_labels[{index}]", "no enabled rule has this label", actual=required
            )


def classes_of(rule: Rule) -> dict[tuple[str, str], str]:
    """Return the rule's label by (feature, class)."""
    known = SOURCES.get((rule.category, rule.medium), {})
    return {
        (source.feature, class_name): label
        for label in labels_of(rule)
        for source in known.get(label, ())
        for class_name in source.classes
    }


def coverage_of(
    rule: Rule,
    analysis: Analysis,
    judge: Judge,
    unclear: UnclearSpeech = _UNCLEAR,
) -> tuple[LabelCoverage, ...]:
    """Return, per label of a rule, whether somebody looked.

    Args:
        unclear: how much speech may stay without words.
    """
    if not has_track(rule.medium, analysis):
        return tuple(
            LabelCoverage(label, Coverage.NO_TRACK, Reason.NO_TRACK) for label in labels_of(rule)
        )
    if rule.medium in WORD_MEDIA:
        return (_words(rule, analysis, unclear),)
    known = SOURCES.get((rule.category, rule.medium), {})
    return tuple(_label(label, known.get(label, ()), analysis, judge) for label in labels_of(rule))


def has_track(medium: Medium, analysis: Analysis) -> bool:
    """Tell whether the media has what a medium looks at."""
    media = analysis.media
    if medium in (Medium.SPEECH, Medium.SOUND):
        return media.audio is not None
    if medium is Medium.TEXT and media.kind is MediaKind.TEXT:
        return True
    return medium is Medium.METADATA or media.video is not None


def _words(rule: Rule, analysis: Analysis, unclear: UnclearSpeech) -> LabelCoverage:
    if not rule.word_lists:
        return LabelCoverage("", Coverage.NOT_CHECKED, Reason.NO_ENGINE)
    if rule.medium is Medium.METADATA:
        return LabelCoverage("", Coverage.CHECKED)
    found = _stage(_WORD_FEATURES[rule.medium], analysis)
    if (
        rule.medium is Medium.SPEECH
        and found.state is Coverage.CHECKED
        and _too_much_lost(analysis, unclear)
    ):
        return LabelCoverage("", Coverage.NOT_CHECKED, Reason.SPEECH_NOT_UNDERSTOOD)
    return found


def _too_much_lost(analysis: Analysis, unclear: UnclearSpeech) -> bool:
    """Tell whether more of the speech was not understood than may be."""
    total = sum(item.span.duration_ns for item in analysis.utterances)
    lost = sum(
        item.span.duration_ns
        for item in analysis.utterances
        if item.understanding is not Understanding.UNDERSTOOD
    )
    return lost > unclear.ms * _NS_PER_MS or lost * 100 > total * unclear.percent


def _label(
    label: str, sources: tuple[Source, ...], analysis: Analysis, judge: Judge
) -> LabelCoverage:
    """Return the best that any source says: CHECKED before FAILED before the rest."""
    states = []
    for source in sources:
        engine = judge.pinned(source.feature)
        found = _stage(source.feature, analysis)
        knows = engine is not None and not source.classes.isdisjoint(engine.class_thresholds)
        if found.state is Coverage.CHECKED and not knows:
            found = LabelCoverage("", Coverage.NOT_CHECKED, Reason.NO_ENGINE)
        states.append(found)
    if not states:
        return LabelCoverage(label, Coverage.NOT_CHECKED, Reason.NO_ENGINE)
    order = (Coverage.CHECKED, Coverage.FAILED, Coverage.NOT_CHECKED, Coverage.NO_TRACK)
    best = min(states, key=lambda found: order.index(found.state))
    return LabelCoverage(label, best.state, best.reason)


def _stage(feature: str, analysis: Analysis) -> LabelCoverage:
    """Return what the state of a feature's stage means."""
    stage = next((s for s in analysis.stages if s.name == feature), None)
    if stage is None:
        return LabelCoverage("", Coverage.NOT_CHECKED, Reason.NOT_REQUESTED)
    return LabelCoverage("", *_state(stage))


def _state(stage: StageResult) -> tuple[Coverage, str]:
    match stage.state:
        case StageState.SUCCEEDED:
            return Coverage.CHECKED, ""
        case StageState.FAILED:
            return Coverage.FAILED, stage.reason
        case StageState.SKIPPED if stage.reason == Reason.NO_TRACK:
            return Coverage.NO_TRACK, stage.reason
        case _:
            return Coverage.NOT_CHECKED, stage.reason
