"""The whole answer for one media, in integers. Pure.

It mirrors `videre.v1.Analysis` with everything left out that may differ between two runs on the
same bytes with the same engines: job ids, wall clock, attempts, costs, addresses, names in a
language. Scores, shares and boxes are E4 (0..10,000 for 0..1), times nanoseconds on the media's
clock with frame indices beside them. Public messages are made from it in `api.analyses.view`.
"""

from videre.orchestrator.document.analysis import MAX_BOXES as MAX_BOXES
from videre.orchestrator.document.analysis import Analysis as Analysis
from videre.orchestrator.document.analysis import AudioKind as AudioKind
from videre.orchestrator.document.analysis import AudioSegment as AudioSegment
from videre.orchestrator.document.analysis import ColorShare as ColorShare
from videre.orchestrator.document.analysis import Condition as Condition
from videre.orchestrator.document.analysis import Event as Event
from videre.orchestrator.document.analysis import EventRuleState as EventRuleState
from videre.orchestrator.document.analysis import FrameCondition as FrameCondition
from videre.orchestrator.document.analysis import Label as Label
from videre.orchestrator.document.analysis import Loudness as Loudness
from videre.orchestrator.document.analysis import Music as Music
from videre.orchestrator.document.analysis import ObjectAppearance as ObjectAppearance
from videre.orchestrator.document.analysis import RuleState as RuleState
from videre.orchestrator.document.analysis import Shot as Shot
from videre.orchestrator.document.analysis import SoundEvent as SoundEvent
from videre.orchestrator.document.analysis import TextKind as TextKind
from videre.orchestrator.document.analysis import TextLine as TextLine
from videre.orchestrator.document.analysis import Transition as Transition
from videre.orchestrator.document.analysis import Understanding as Understanding
from videre.orchestrator.document.analysis import Utterance as Utterance
from videre.orchestrator.document.codes import MAX_SIGHTINGS as MAX_SIGHTINGS
from videre.orchestrator.document.codes import Code as Code
from videre.orchestrator.document.codes import CodeSighting as CodeSighting
from videre.orchestrator.document.codes import Symbology as Symbology
from videre.orchestrator.document.facts import NO_RULES as NO_RULES
from videre.orchestrator.document.facts import AudioFacts as AudioFacts
from videre.orchestrator.document.facts import MediaFacts as MediaFacts
from videre.orchestrator.document.facts import MediaKind as MediaKind
from videre.orchestrator.document.facts import PinnedEngine as PinnedEngine
from videre.orchestrator.document.facts import RuleVersions as RuleVersions
from videre.orchestrator.document.facts import StageResult as StageResult
from videre.orchestrator.document.facts import StageState as StageState
from videre.orchestrator.document.facts import VideoFacts as VideoFacts
from videre.orchestrator.document.libraries import LibraryMatch as LibraryMatch
from videre.orchestrator.document.moods import FilmMood as FilmMood
from videre.orchestrator.document.moods import Mood as Mood
from videre.orchestrator.document.moods import MoodKind as MoodKind
from videre.orchestrator.document.moods import MoodSource as MoodSource
from videre.orchestrator.document.moods import MoodVoice as MoodVoice
from videre.orchestrator.document.moods import Unclear as Unclear
from videre.orchestrator.document.people import MAX_TRACKS as MAX_TRACKS
from videre.orchestrator.document.people import FaceAppearance as FaceAppearance
from videre.orchestrator.document.people import FaceEmotion as FaceEmotion
from videre.orchestrator.document.people import FaceEmotionShare as FaceEmotionShare
from videre.orchestrator.document.people import Person as Person
from videre.orchestrator.document.people import PersonTrack as PersonTrack
from videre.orchestrator.document.people import ShotSize as ShotSize
from videre.orchestrator.document.people import ShotSizeTime as ShotSizeTime
from videre.orchestrator.document.quality import QualityFinding as QualityFinding
from videre.orchestrator.document.quality import QualityKind as QualityKind
from videre.orchestrator.document.refs import MAX_REFS as MAX_REFS
from videre.orchestrator.document.refs import BoxAt as BoxAt
from videre.orchestrator.document.refs import BoxE4 as BoxE4
from videre.orchestrator.document.refs import EvidenceRef as EvidenceRef
from videre.orchestrator.document.scenes import Scene as Scene
from videre.orchestrator.document.scenes import SceneKind as SceneKind
from videre.orchestrator.document.scenes import TitleSource as TitleSource
from videre.orchestrator.document.tracks import ObjectTrack as ObjectTrack
from videre.orchestrator.document.verdict import Coverage as Coverage
from videre.orchestrator.document.verdict import GivenCoverage as GivenCoverage
from videre.orchestrator.document.verdict import GivenKind as GivenKind
from videre.orchestrator.document.verdict import GivenVerdict as GivenVerdict
from videre.orchestrator.document.verdict import HashHit as HashHit
from videre.orchestrator.document.verdict import LabelCoverage as LabelCoverage
from videre.orchestrator.document.verdict import Suggestion as Suggestion
from videre.orchestrator.document.verdict import Verdict as Verdict
from videre.orchestrator.document.verdict import VerdictGroup as VerdictGroup
from videre.orchestrator.document.verdict import VerdictSegment as VerdictSegment
from videre.orchestrator.document.verdict import WordHit as WordHit
from videre.orchestrator.document.words import Entity as Entity
from videre.orchestrator.document.words import EntityKind as EntityKind
from videre.orchestrator.document.words import Keyword as Keyword
from videre.orchestrator.document.words import Place as Place
from videre.orchestrator.document.words import PlaceCandidate as PlaceCandidate
from videre.orchestrator.document.words import PlaceLevel as PlaceLevel
from videre.orchestrator.document.words import PlaceReason as PlaceReason
from videre.orchestrator.document.words import Topic as Topic
