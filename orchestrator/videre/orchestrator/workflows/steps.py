"""The journal's steps: a name, a seat in the journal, and the body in `videre.orchestrator.steps`.

Nearly all are preemptible, so that a cancelled job stops within a second. None has a time-out of
its own: waiting for a slot is not failure, and each call inside has its own deadline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from videre.orchestrator.steps import (
    covers,
    delivery,
    ending,
    frames,
    listening,
    opening,
    production,
    publishing,
    recalling,
    screening,
    shots,
    sounds,
    speakers,
    speech,
    text,
)
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.workflows.journal import Journal, Seat

Failure = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Steps:
    """What a workflow is made of."""

    journal: Journal
    run: Runtime

    async def ingest(self, job_id: str) -> Failure | None:
        """Read the source's bytes; return why that failed, or None."""
        return await self.journal.step(Seat("ingest"), opening.ingest, self.run, job_id)

    async def probe(self, job_id: str) -> Failure | None:
        """Make the media index; return why that failed, or None."""
        return await self.journal.step(Seat("probe"), opening.probe, self.run, job_id)

    async def plan(self, job_id: str) -> dict[str, Any]:
        """Pin engines and pieces; return the number of chunks and tasks, and what is heard."""
        return await self.journal.step(Seat("plan"), opening.plan, self.run, job_id)

    async def screen(self, job_id: str) -> bool:
        """Compare the media with hash lists before any model runs; tell whether they settle it."""
        return await self.journal.step(Seat("screen"), screening.screen, self.run, job_id)

    async def recall(self, job_id: str) -> bool:
        """Count all parts as done if all is known of these bytes; tell whether it was."""
        return await self.journal.step(Seat("recall"), recalling.recall, self.run, job_id)

    async def find_shots(self, job_id: str, chunk: int) -> int:
        """Decode a chunk; keep its signals, key frames and shots."""
        seat = Seat("visual.shots")
        return await self.journal.step(seat, shots.find_shots, self.run, job_id, chunk)

    async def look(self, job_id: str, chunk: int) -> int:
        """Look at a chunk's sampled frames with every frame engine."""
        return await self.journal.step(Seat("visual.frames"), frames.look, self.run, job_id, chunk)

    async def read_text(self, job_id: str, chunk: int) -> int:
        """Read the text in a chunk's changed frames."""
        return await self.journal.step(Seat("ocr.read"), text.read_text, self.run, job_id, chunk)

    async def listen(self, job_id: str) -> int:
        """Decode the sound, measure loudness, find speech; return the number of sound chunks."""
        return await self.journal.step(Seat("audio.listen"), listening.listen, self.run, job_id)

    async def transcribe(self, job_id: str, chunk: int) -> int:
        """Write down a chunk's speech groups."""
        seat = Seat("asr.transcribe")
        return await self.journal.step(seat, speech.transcribe, self.run, job_id, chunk)

    async def name_sounds(self, job_id: str, chunk: int) -> int:
        """Name the sounds of a chunk."""
        seat = Seat("audio.sound")
        return await self.journal.step(seat, sounds.name_sounds, self.run, job_id, chunk)

    async def find_beats(self, job_id: str) -> int:
        """Find the beats of the track."""
        return await self.journal.step(Seat("audio.music"), sounds.find_beats, self.run, job_id)

    async def tell_speakers(self, job_id: str) -> int:
        """Tell the speakers of the track apart; return the number of turns."""
        seat = Seat("asr.speakers")
        return await self.journal.step(seat, speakers.tell_speakers, self.run, job_id)

    async def lose_chunk(self, job_id: str, kind: str, chunk: int, reason: str, words: str) -> None:
        """Mark a chunk that could not be worked on as failed."""
        seat = Seat("lose_chunk", preemptible=False)
        body = ending.lose_chunk
        await self.journal.step(seat, body, self.run, job_id, kind, chunk, reason, words)

    async def look_at_covers(self, job_id: str) -> int:
        """Look at the cover pictures given with the job; return how many."""
        return await self.journal.step(Seat("covers"), covers.look_at_covers, self.run, job_id)

    async def conclude(self, job_id: str) -> str:
        """Stitch, fuse and moderate; return the result digest."""
        return await self.journal.step(Seat("conclude"), ending.conclude, self.run, job_id)

    async def produce(self, job_id: str, task: int) -> int:
        """Run one production task; return the number of files made."""
        seat = Seat("production.render")
        return await self.journal.step(seat, production.produce, self.run, job_id, task)

    async def deliver(self, job_id: str) -> int:
        """Write the outputs to the caller's folder; return how many."""
        return await self.journal.step(Seat("deliver"), delivery.deliver, self.run, job_id)

    async def publish(self, job_id: str) -> str:
        """Append the analysis and end the job in one transaction; return the final state."""
        seat = Seat("publish", preemptible=False)
        return await self.journal.step(seat, publishing.publish, self.run, job_id)

    async def fail(self, job_id: str, error: Failure) -> str:
        """End the job as FAILED; return the final state."""
        seat = Seat("fail", preemptible=False)
        return await self.journal.step(seat, ending.fail, self.run, job_id, error)
