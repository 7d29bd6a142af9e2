"""Marketing copy → public messages, its voices and timeline as production functions take them."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

from videre.exports.promo_timeline import PromoClip, promo_timeline
from videre.orchestrator.api.present import duration
from videre.orchestrator.document import MediaFacts
from videre.orchestrator.marketing.model import Clip, Draft, Fact, Line, Plan, Source
from videre.v1 import marketing_pb2 as pb
from videre.v1 import production_pb2, types_pb2

_SHOWN: Final = 5
_MS: Final = 1_000_000


class CopyMessages:
    """Makes the message of one copy.

    Args:
        plan: what it was written of.
        draft: the words; every line cites facts of the plan.
        media: the film.
    """

    def __init__(self, plan: Plan, draft: Draft, media: MediaFacts) -> None:
        self._plan, self._draft, self._media = plan, draft, media
        self._facts = {fact.id: fact for fact in plan.facts}

    def message(self, segment_id: str, title: str) -> pb.MarketingCopy:
        """Return the copy, without what tells of its making.

        Args:
            segment_id: whom it is for.
            title: of the media; names the timeline.
        """
        draft, plan = self._draft, self._plan
        made = pb.MarketingCopy(
            language_code=plan.language,
            segment_id=segment_id,
            titles=map(self._claim, draft.titles),
            hook=None if draft.hook is None else self._claim(draft.hook),
            highlights=map(self._highlight, draft.highlights),
            hashtags=map(self._claim, draft.hashtags),
        )
        if plan.clips:
            made.script.extend(map(self._shot, range(len(plan.clips)), plan.clips))
            made.length.CopyFrom(duration(sum(one.length_ms for one in plan.clips) * _MS))
            made.voices.extend(self._voices())
            made.timeline = self._timeline(title)
        return made

    def _claim(self, line: Line, clip: Clip | None = None) -> pb.MarketingClaim:
        within = None if clip is None else clip.span
        ids = (one for fact in line.facts for one in self._facts[fact].evidence(within))
        return pb.MarketingClaim(
            text=line.text, evidence_ids=dict.fromkeys(ids), engine=line.engine
        )

    def _name(self, fact: Fact) -> str:
        return fact.names[self._plan.language]

    def _highlight(self, line: Line) -> pb.MarketingHighlight:
        fact = self._facts[line.facts[0]]
        first = fact.spans[0]
        return pb.MarketingHighlight(
            claim=self._claim(line), name=self._name(fact), span=_span(first.start_ns, first.end_ns)
        )

    def _shot(self, number: int, clip: Clip) -> pb.MarketingShot:
        line = self._draft.voices.get(number)
        here = (self._facts[one] for one in clip.facts)
        return pb.MarketingShot(
            clip=_span(clip.start_ms * _MS, clip.end_ms * _MS),
            shot_index=clip.shot,
            offset=duration(clip.begin_ms * _MS),
            voice_over=None if line is None else self._claim(line, clip),
            shows=[self._name(one) for one in here if one.source is not Source.QUOTE][:_SHOWN],
        )

    def _named_voices(self) -> dict[int, str]:
        return {
            number: f"voice-{place}" for place, number in enumerate(sorted(self._draft.voices), 1)
        }

    def _voices(self) -> list[production_pb2.ProductionTask]:
        """Return a task per voice-over; silence at its end makes it as long as its clip."""
        made = []
        for number, name in self._named_voices().items():
            clip, text = self._plan.clips[number], self._draft.voices[number].text
            pause = f'<break time="{clip.length_ms}ms"/>'
            params = production_pb2.SynthesizeSpeechParams(
                text=f"<speak>{escape(text)}{pause}</speak>", language=self._plan.language
            )
            made.append(production_pb2.ProductionTask(name=name, synthesize_speech=params))
        return made

    def _timeline(self, title: str) -> str:
        voices = self._named_voices()
        clips = [
            PromoClip(f"shot {clip.shot}", clip.start_ms, clip.end_ms, voices.get(number, ""))
            for number, clip in enumerate(self._plan.clips)
        ]
        film_ms = self._media.duration_ns // _MS
        return promo_timeline(title, film_ms, clips, sound=self._media.audio is not None)


def _span(start_ns: int, end_ns: int) -> types_pb2.TimeSpan:
    return types_pb2.TimeSpan(start_offset=duration(start_ns), end_offset=duration(end_ns))
