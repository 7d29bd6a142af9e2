"""What of a media is on the hash lists that a template names. Pure.

A list blocks for the rule that names it, or allows for the template as a whole. A media is on a
list by the SHA-256 of its bytes, or by the perceptual hash of a frame that was looked at. It is
allowed as a *whole* only where nothing of it can be something else: by its bytes, or – of a picture
or a film without sound – by every frame that was looked at. A block goes before all that allows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Final

from msgspec import structs

from videre.common.errors import Reason
from videre.common.values import TimeSpan
from videre.orchestrator.document import (
    MAX_REFS,
    Coverage,
    EvidenceRef,
    HashHit,
    LabelCoverage,
    MediaKind,
    StageState,
    Suggestion,
    Verdict,
    VerdictSegment,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import LANDMARKS
from videre.orchestrator.fusion.refs import reference
from videre.orchestrator.fusion.stitched import KEY_FRAMES
from videre.orchestrator.library.hashes import closeness
from videre.orchestrator.library.marks import hash_of
from videre.orchestrator.library.match import digest_ref
from videre.orchestrator.library.wanted import HashLibrary
from videre.orchestrator.moderation.coverage import HASH_LIST, HASHED, SCREENED
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.template import ModerationTemplate, Rule

#: Classes of the frames that are compared before any model runs: key frames, and of a film without
#: sound all of whose key frames are allowed those that engines would look at.
KEYS: Final = "keys"
CLOSE: Final = "close"
HashLists = Mapping[str, HashLibrary]


@dataclass(frozen=True, slots=True)
class OnList:
    """One frame, or the media by its bytes, that is an entry of a list."""

    hit: HashHit
    span: TimeSpan
    ref: EvidenceRef

    @property
    def score(self) -> int:
        """How close it is, E4."""
        return closeness(self.hit.distance)

    @property
    def threshold(self) -> int:
        """How close it must be, E4."""
        return closeness(self.hit.max_distance)


class Listed:
    """What of one media is on the lists of a template; compared once, when first asked."""

    def __init__(
        self,
        template: ModerationTemplate,
        given: ModerationInput,
        stretch: Callable[[Evidence], TimeSpan],
    ) -> None:
        """Take what is compared.

        Args:
            template: names the lists.
            given: has them, and the media's evidence.
            stretch: how long a frame speaks.
        """
        self._template, self._given, self._stretch = template, given, stretch
        self._lists, self._analysis = given.hash_lists, given.analysis
        used = template.lists & given.hash_lists.keys()
        self._records = sorted(
            (record for record in given.evidence if used and record.feature in HASHED),
            key=lambda record: (record.span, record.id),
        )
        self._found: dict[str, list[OnList]] = {}

    def blocked(self, rule: Rule) -> list[OnList]:
        """Return what a rule's lists block."""
        return [one for name in rule.hash_lists for one in self._on(name)]

    def segments(self, rule: Rule, gap_ns: int) -> list[VerdictSegment]:
        """Return the stretches that a rule's lists block: of one entry, across gaps so long."""
        by_entry: dict[tuple[str, str], list[OnList]] = defaultdict(list)
        for one in self.blocked(rule):
            by_entry[one.hit.library, one.hit.entry_id].append(one)
        return [
            self._segment(rule, run)
            for _, found in sorted(by_entry.items())
            for run in _runs(found, gap_ns)
        ]

    def _segment(self, rule: Rule, run: Sequence[OnList]) -> VerdictSegment:
        nearest = sorted(run, key=_nearness)
        refs = tuple({one.ref.id: one.ref for one in nearest}.values())
        picture = next((ref.picture for ref in refs if ref.picture), "")
        return VerdictSegment(
            span=reduce(TimeSpan.hull, (one.span for one in run)),
            suggestion=Suggestion.BLOCK,
            score=nearest[0].score,
            label=HASH_LIST,
            rule_id=f"{rule.rule_id}.{Suggestion.BLOCK}",
            threshold=nearest[0].threshold,
            evidence=refs[:MAX_REFS],
            picture=picture,
            blurred_picture=self._given.blurred.get(picture, ""),
            hash_hits=tuple(one.hit for one in nearest)[:MAX_REFS],
        )

    @cached_property
    def allowed(self) -> tuple[HashHit, ...]:
        """What lists allow, nearest first, at most 20: as evidence."""
        found = [one for name in self._template.allow_hash_lists for one in self._on(name)]
        return tuple(one.hit for one in sorted(found, key=_nearness))[:MAX_REFS]

    @cached_property
    def allowed_frames(self) -> frozenset[int]:
        """Frames that some list allows."""
        found = (one for name in self._template.allow_hash_lists for one in self._on(name))
        return frozenset(one.hit.frame for one in found if one.hit.frame >= 0)

    @cached_property
    def whole(self) -> bool:
        """Whether the media is allowed as a whole; see above. A frame without a hash is not."""
        if any(hit.exact for hit in self.allowed):  # the nearest there are
            return True
        media = self._analysis.media
        if media.video is None or media.audio is not None or not self._closely():
            return False
        frames = {record.span.start_frame or 0 for record in self._records}
        return bool(frames) and frames <= self.allowed_frames

    def coverage(self, rule: Rule) -> LabelCoverage:
        """Return whether a rule's lists were compared with the frames."""
        if not self._lists.keys() >= set(rule.hash_lists):
            reason = str(Reason.LIBRARY_NOT_FOUND)
            return LabelCoverage(HASH_LIST, Coverage.NOT_CHECKED, reason)
        if self._complete():
            return LabelCoverage(HASH_LIST, Coverage.CHECKED)
        stage = next((s for s in self._analysis.stages if s.name == LANDMARKS.name), None)
        if stage is not None and stage.state is StageState.FAILED:
            return LabelCoverage(HASH_LIST, Coverage.FAILED, stage.reason)
        reason = str(Reason.NOT_REQUESTED) if stage is None else stage.reason
        return LabelCoverage(HASH_LIST, Coverage.NOT_CHECKED, reason)

    def _closely(self) -> bool:
        """Tell whether so many frames were hashed that they stand for the whole."""
        screened = {record.class_name for record in self._records if record.feature == SCREENED}
        still = self._given.analysis.media.kind is MediaKind.IMAGE
        return CLOSE in screened or (still and bool(screened)) or self._described()

    def _complete(self) -> bool:
        """Tell whether frames of the whole media were hashed."""
        return self._described() or any(record.feature == SCREENED for record in self._records)

    def _described(self) -> bool:
        """Tell whether the frames that engines look at were."""
        stage = next((s for s in self._analysis.stages if s.name == LANDMARKS.name), None)
        if stage is None:
            return False
        # Without sample pictures the stage says that nobody looked for any.
        return stage.state is StageState.SUCCEEDED or stage.reason == Reason.NO_SAMPLES

    def _on(self, name: str) -> list[OnList]:
        """Return what is on a list; nothing where the list is gone."""
        library = self._lists.get(name)
        if library is None:
            return []
        if name not in self._found:
            self._found[name] = [*self._by_bytes(library), *self._by_frames(library)]
        return self._found[name]

    def _by_bytes(self, library: HashLibrary) -> list[OnList]:
        media = self._analysis.media
        ref = digest_ref(media)
        return [
            OnList(
                HashHit(_name(library), library.hashes.entries[place].entry_id, exact=True),
                ref.span,
                ref,
            )
            for place in library.hashes.find_digest(media.digest)
        ]

    def _by_frames(self, library: HashLibrary) -> list[OnList]:
        shown = [
            (record, value)
            for record in self._records
            for value in (hash_of(record),)
            if value is not None
        ]
        found = library.hashes.find([value for _, value in shown])
        return [
            OnList(
                HashHit(
                    library=_name(library),
                    entry_id=library.hashes.entries[place].entry_id,
                    distance=differing,
                    max_distance=library.hashes.entries[place].distance,
                    frame=shown[row][0].span.start_frame or 0,
                ),
                self._stretch(shown[row][0]),
                self._reference(shown[row][0]),
            )
            for row, place, differing in found
        ]

    def _reference(self, record: Evidence) -> EvidenceRef:
        """Return the reference to a frame, with its picture where it is a key frame."""
        picture = record.picture or self._pictures.get(record.span.start_frame or 0, "")
        return structs.replace(reference(record), picture=picture)

    @cached_property
    def _pictures(self) -> Mapping[int, str]:
        return {
            record.span.start_frame or 0: record.picture
            for record in self._given.evidence
            if record.feature == KEY_FRAMES
        }


def _runs(found: Iterable[OnList], gap_ns: int) -> list[list[OnList]]:
    """Return what is on a list in groups whose gaps are at most `gap_ns`, in order of time."""
    runs: list[list[OnList]] = []
    end_ns = 0
    for one in sorted(found, key=lambda one: (one.span, one.ref.id)):
        if runs and one.span.start_ns - end_ns <= gap_ns:
            runs[-1].append(one)
        else:
            runs.append([one])
        end_ns = max(end_ns, one.span.end_ns)
    return runs


def _nearness(one: OnList) -> tuple[object, ...]:
    hit = one.hit
    return not hit.exact, hit.distance, one.span, hit.library, hit.entry_id, one.ref.id


def _name(library: HashLibrary) -> str:
    return f"{library.library_id}@{library.version}"


def list_names(lists: HashLists, template: ModerationTemplate) -> tuple[str, ...]:
    """Return the lists that a template compared, "id@version", in order."""
    return tuple(_name(lists[name]) for name in sorted(template.lists & lists.keys()))


def same_but_versions(one: Verdict, other: Verdict | None) -> bool:
    """Tell whether two verdicts differ in the versions of lists and libraries at most."""
    return other is not None and _unversioned(one) == _unversioned(other)


def _unversioned(verdict: Verdict) -> Verdict:
    groups = tuple(
        replace(
            group,
            segments=tuple(
                replace(segment, hash_hits=_bare(segment.hash_hits)) if segment.hash_hits
                else segment
                for segment in group.segments
            ),
        )
        for group in verdict.groups
    )  # fmt: skip
    return replace(verdict, groups=groups, allowed=_bare(verdict.allowed), libraries=())


def _bare(hits: Iterable[HashHit]) -> tuple[HashHit, ...]:
    return tuple(replace(hit, library=hit.library.partition("@")[0]) for hit in hits)
