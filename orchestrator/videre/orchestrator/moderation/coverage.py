"""Which evidence feeds which label, and whether somebody looked. Pure.

"Nobody looked" is never "nothing there": an empty answer counts only where an engine that knows the
label has looked at the whole track.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from videre.common.errors import Reason, invalid
from videre.orchestrator.document import (
    Analysis,
    Coverage,
    LabelCoverage,
    MediaKind,
    RuleState,
    StageResult,
    StageState,
    Understanding,
)
from videre.orchestrator.features import LANDMARKS, SOUND, SPEECH, TEXT
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.stitched import KEY_FRAMES
from videre.orchestrator.moderation import own_libraries
from videre.orchestrator.moderation.feeds import (
    Classes,
    Feed,
    LabelEntry,
    LargeText,
    OfEvent,
    OfLibrary,
    Source,
    Together,
    classes_of,
    features_of,
)
from videre.orchestrator.moderation.label_table import label_table
from videre.orchestrator.moderation.own_libraries import OwnLibraries
from videre.orchestrator.moderation.template import (
    WORD_MEDIA,
    Medium,
    ModerationTemplate,
    Rule,
    UnclearSpeech,
)

#: What hits on lists of hashes are called in verdicts and coverage.
HASH_LIST: Final = "hash_list"
#: Name under which the hashes of frames are kept that were compared before any model ran.
SCREENED: Final = "frame_hashes"
#: Features whose records carry the perceptual hashes of frames.
HASHED: Final = frozenset({LANDMARKS.name, SCREENED})
_NS_PER_MS: Final = 1_000_000
_UNCLEAR: Final = UnclearSpeech()
_NO_LIBRARIES: Final[OwnLibraries] = {}
#: Of several ways to look for one label the best counts.
_BEST_FIRST: Final = (
    Coverage.CHECKED, Coverage.FAILED, Coverage.NOT_CHECKED, Coverage.NO_TRACK,
)  # fmt: skip
_NOBODY: Final = LabelCoverage("", Coverage.NOT_CHECKED, Reason.NO_ENGINE)


_WORD_FEATURES: Final = {Medium.SPEECH: SPEECH.name, Medium.TEXT: TEXT.name}


def labels_of(rule: Rule) -> tuple[str, ...]:
    """Return the labels a rule looks at; ("",) for words, and where no label is known.

    The last one is `HASH_LIST` where it names lists of hashes.
    """
    if rule.medium in WORD_MEDIA:
        return ("",)
    known = rule.labels or label_table().default(rule.category, rule.medium)
    return (*known, HASH_LIST) if rule.hash_lists else known or ("",)


def _told_labels(rule: Rule) -> tuple[str, ...]:
    """Return the labels whose coverage is told beside that of the rule's libraries."""
    labels = labels_of(rule)
    return () if rule.libraries and labels == ("",) else labels


def sources_of(rule: Rule) -> Iterator[tuple[str, Source]]:
    """Yield what feeds each label of a rule for pictures or sounds."""
    if rule.medium in WORD_MEDIA:
        return
    for label in labels_of(rule):
        entry = label_table().find(rule.category, rule.medium, label)
        for source in entry.sources if entry is not None else ():
            yield label, source


def asked_features(template: ModerationTemplate, *, first: bool = False) -> frozenset[str]:
    """Return the features whose evidence a template's rules and lists ask for.

    Args:
        first: only those that tell whether more is asked for: of several things at a time the
            first one; see `hits.further_features`.
    """
    heard = {SOUND.name} if template.unlabeled_sound is not None else set()
    hashed = HASHED | {KEY_FRAMES} if template.lists else frozenset()
    return frozenset(heard | hashed).union(
        feature
        for rule in template.rules
        if rule.enabled
        for _, source in sources_of(rule)
        for feed in (source.feed,)
        for feature in features_of(feed.parts[0] if first and isinstance(feed, Together) else feed)
    )


def asked_classes(template: ModerationTemplate) -> dict[str, frozenset[str]]:
    """Return by feature the classes that a template's rules ask for.

    Features of which every record counts have none: those of unlabeled sound and of hash lists.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for rule in template.rules:
        if rule.enabled:
            for _, source in sources_of(rule):
                for feature, name in classes_of(source.feed):
                    found[feature].add(name)
    whole = {*HASHED, KEY_FRAMES}
    if template.unlabeled_sound is not None:
        whole.add(SOUND.name)
    return {feature: frozenset(names) for feature, names in found.items() if feature not in whole}


def check_required(template: ModerationTemplate) -> None:
    """Check that every required label belongs to an enabled rule.

    Raises:
        VidereError: FIELD_INVALID.
    """
    known = {
        f"{rule.category}/{rule.medium}/{label}"
        for rule in template.rules
        if rule.enabled
        for label in (*labels_of(rule), *(name.partition("@")[0] for name in rule.libraries))
    }
    for index, required in enumerate(template.required):
        if required not in known:
            raise invalid(
                f"required_labels[{index}]", "no enabled rule has this label", actual=required
            )


def coverage_of(
    rule: Rule,
    analysis: Analysis,
    judge: Judge,
    unclear: UnclearSpeech = _UNCLEAR,
    lists: LabelCoverage | None = None,
    libraries: OwnLibraries = _NO_LIBRARIES,
) -> tuple[LabelCoverage, ...]:
    """Return, per label of a rule, whether somebody looked.

    Args:
        unclear: how much speech may stay without words.
        lists: that of the rule's lists of hashes; see `listed.Listed.coverage`.
        libraries: those that rules name.
    """
    if not has_track(rule.medium, analysis):
        return tuple(
            LabelCoverage(label, Coverage.NO_TRACK, Reason.NO_TRACK) for label in labels_of(rule)
        )
    if rule.medium in WORD_MEDIA:
        return (_words(rule, analysis, unclear, libraries),)
    looked = _Looked(rule, analysis, judge, libraries)
    found = (
        lists if label == HASH_LIST and lists is not None else looked.label(label)
        for label in _told_labels(rule)
    )
    return (*found, *own_libraries.coverage(rule, libraries, analysis))


def unlabeled(coverage: Iterable[LabelCoverage]) -> tuple[LabelCoverage, ...]:
    """Return the coverage of a sound rule where much loud sound has no name: it may be anything."""
    return tuple(
        LabelCoverage(item.label, Coverage.NOT_CHECKED, Reason.UNLABELED_SOUND)
        if item.state is Coverage.CHECKED
        else item
        for item in coverage
    )


def has_track(medium: Medium, analysis: Analysis) -> bool:
    """Tell whether the media has what a medium looks at."""
    media = analysis.media
    if medium in (Medium.SPEECH, Medium.SOUND):
        return media.audio is not None
    if medium is Medium.TEXT and media.kind is MediaKind.TEXT:
        return True
    return medium is Medium.METADATA or media.video is not None


def _words(
    rule: Rule, analysis: Analysis, unclear: UnclearSpeech, libraries: OwnLibraries
) -> LabelCoverage:
    if not (rule.word_lists or rule.libraries):
        return _NOBODY
    if gone := own_libraries.missing(rule, libraries):
        return LabelCoverage("", Coverage.NOT_CHECKED, gone)
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


@dataclass(frozen=True, slots=True)
class _Looked:
    """Who looked for the labels of one rule."""

    rule: Rule
    analysis: Analysis
    judge: Judge
    libraries: OwnLibraries

    def label(self, label: str) -> LabelCoverage:
        """Return whether somebody looked for a label."""
        entry = label_table().find(self.rule.category, self.rule.medium, label)
        if entry is not None:
            found = self._told(entry)
        elif self.rule.libraries:
            kinds = ("persons", "pictures")
            found = own_libraries.fed(self.rule, label, kinds, self.libraries, self.analysis)
        else:
            found = _NOBODY
        return LabelCoverage(label, found.state, found.reason)

    def _told(self, entry: LabelEntry) -> LabelCoverage:
        """Return the best that any source says whose silence says something.

        What nothing feeds is looked for where all labels below it are.
        """
        below = label_table().below(entry)
        if not entry.sources and below:
            parts = [self._told(one) for one in below]
            return max(parts, key=lambda found: _BEST_FIRST.index(found.state))
        states = [self._fed(entry, source.feed) for source in entry.sources if source.covers]
        return min(states, key=lambda found: _BEST_FIRST.index(found.state), default=_NOBODY)

    def _fed(self, entry: LabelEntry, feed: Feed) -> LabelCoverage:
        """Return whether somebody looked for what feeds a label."""
        match feed:
            case Classes():
                found = _stage(feed.feature, self.analysis)
                engine = self.judge.pinned(feed.feature)
                knows = engine is not None and not feed.names.isdisjoint(engine.class_thresholds)
                return found if knows or found.state is not Coverage.CHECKED else _NOBODY
            case LargeText():
                return _stage(TEXT.name, self.analysis)
            case Together():
                states = [self._fed(entry, part) for part in feed.parts]
                return max(states, key=lambda found: _BEST_FIRST.index(found.state))
            case OfEvent():
                return _evaluated(feed, self.analysis)
            case OfLibrary():
                return own_libraries.fed(
                    self.rule, entry.label, (feed.kind,), self.libraries, self.analysis
                )


def _evaluated(feed: OfEvent, analysis: Analysis) -> LabelCoverage:
    """Return whether an event rule could be evaluated without what its stages lack."""
    rule = next((one for one in analysis.event_rules if one.rule_id == feed.rule_id), None)
    if rule is None:
        return LabelCoverage("", Coverage.NOT_CHECKED, Reason.NOT_REQUESTED)
    if rule.state is RuleState.EVALUATED:
        return LabelCoverage("", Coverage.CHECKED)
    failed = any(
        stage.state is StageState.FAILED for stage in analysis.stages if stage.name in rule.stages
    )
    state = Coverage.FAILED if failed else Coverage.NOT_CHECKED
    return LabelCoverage("", state, rule.reason or Reason.NOT_REQUESTED)


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
