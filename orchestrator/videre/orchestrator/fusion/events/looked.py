"""Whether anybody looked at what a rule needs: what nobody looked at is never "not there". Pure."""

from __future__ import annotations

from typing import Final

from videre.orchestrator.document import (
    EventRuleState,
    RuleState,
    StageResult,
    StageState,
    Understanding,
)
from videre.orchestrator.features import BY_NAME, SHOTS, SOUND, SPEECH, SPEECH_ACTIVITY
from videre.orchestrator.fusion.events.model import Condition, Rule, What
from videre.orchestrator.fusion.events.signs import Observed

#: Reasons as stages give them; see `videre.common.errors`.
_NO_TRACK: Final = "NO_TRACK"
_NO_ENGINE: Final = "NO_ENGINE"
_NOT_UNDERSTOOD: Final = "SPEECH_NOT_UNDERSTOOD"

#: Feature → why nobody looked; "" while its stage has not ended.
Missing = dict[str, str]


class Looked:
    """What was looked at, by the final states of the stages."""

    def __init__(self, observed: Observed) -> None:
        self._stages = {stage.name: stage for stage in observed.stages}
        self._hears_speech = observed.judge.pinned(SPEECH_ACTIVITY) is not None
        #: Activity is kept for the whole track at once, whatever becomes of the recogniser.
        self._heard_voices = bool(observed.by_feature.get(SPEECH_ACTIVITY))
        said = [item.understanding for item in observed.utterances]
        self._understood = not said or Understanding.UNDERSTOOD in said

    def state(self, rule: Rule) -> EventRuleState:
        """Return whether a rule can be evaluated, and which stages it goes without.

        A clause needs as many of its conditions as it wants; those it can do without make the rule
        PARTLY_EVALUATED. A condition that must not hold must be known not to hold.
        """
        needed: Missing = {}
        beside: Missing = {}
        if not rule.window_ns:
            needed |= self._missing(SHOTS.name)
        for clause in rule.clauses:
            gone = [self._blind(condition) for condition in clause.conditions]
            can = sum(not blind for blind, _ in gone)
            target = needed if can < clause.at_least else beside
            for _, missing in gone:
                target |= missing
        for condition in rule.none:
            for feature in condition.sources:
                needed |= self._missing(feature, words=condition.what is What.WORDS)
        if needed:
            return _stated(rule, RuleState.NOT_EVALUATED, needed)
        if beside:
            return _stated(rule, RuleState.PARTLY_EVALUATED, beside)
        return EventRuleState(rule.id, rule.node, RuleState.EVALUATED)

    def _blind(self, condition: Condition) -> tuple[bool, Missing]:
        """Return whether no source of a condition was looked at, and which were not."""
        missing: Missing = {}
        for feature in condition.sources:
            missing |= self._missing(feature, words=condition.what is What.WORDS)
        return len(missing) == len(condition.sources), missing

    def _missing(self, feature: str, *, words: bool = False) -> Missing:
        """Return why nobody looked for a feature; nothing where somebody did, or nothing was to."""
        if feature == SPEECH_ACTIVITY:
            return self._missing_activity()
        stage = self._stages.get(feature)
        if stage is None:
            return {feature: "" if feature in BY_NAME else _NO_ENGINE}
        if _was_looked_at(stage):
            lost = words and feature == SPEECH.name and not self._understood
            return {feature: _NOT_UNDERSTOOD} if lost else {}
        return {feature: stage.reason}

    def _missing_activity(self) -> Missing:
        """Speech activity has no stage of its own: it is part of `speech`, else of `sound`."""
        if self._heard_voices:
            return {}
        speech, sound = self._stages.get(SPEECH.name), self._stages.get(SOUND.name)
        idle = speech is not None and speech.state in (StageState.SKIPPED, StageState.NOT_CHECKED)
        heard = speech is not None and speech.reason == _NOT_UNDERSTOOD
        carrier = sound if idle and not heard else speech
        if carrier is None:
            return {SPEECH.name: ""}
        if not heard and not _was_looked_at(carrier):
            return {carrier.name: carrier.reason}
        silent = carrier.reason == _NO_TRACK
        return {} if self._hears_speech or silent else {SPEECH_ACTIVITY: _NO_ENGINE}


def _was_looked_at(stage: StageResult) -> bool:
    """Tell whether a stage's silence means that there is nothing."""
    if stage.state is StageState.SUCCEEDED:
        return True
    return stage.state is StageState.SKIPPED and stage.reason == _NO_TRACK


def _stated(rule: Rule, state: RuleState, missing: Missing) -> EventRuleState:
    stages = tuple(missing)
    return EventRuleState(rule.id, rule.node, state, missing[stages[0]], stages)
