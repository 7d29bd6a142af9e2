"""What is done to reviews: every action is a row of its own, and nothing that was said is lost."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.ids import Ids
from videre.orchestrator.review.model import Cause, Outcome, ReviewState, Ruling, Said
from videre.orchestrator.review.rulings import advised, ruled
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.job_events import tell
from videre.orchestrator.store.review_leases import DECIDED, NOT_HELD, UNDONE, ReviewLeases
from videre.orchestrator.store.review_records import ActionRecord, FindingRecord, ReviewRecord

_A: Final = t.review_action.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that somebody wants done to a review.

    Args:
        reviewer: who does it.
        created_by: who called.
        request_digest: of the request without its id.
    """

    project_id: str
    review_id: str
    reviewer: str
    note: str
    created_by: str
    request_id: str | None
    request_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Step):
    """What a reviewer says; checked, but for what only the review tells.

    Args:
        lease_id: "" = the lease that the reviewer holds.
        outcome: of all findings that no ruling names; None = rulings name all.
    """

    lease_id: str
    outcome: Outcome | None
    cause: Cause | None
    rulings: Sequence[Ruling]


class ReviewActions(ReviewLeases):
    """Writes actions and what follows from them, inside transactions."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        announce: Callable[[Iterable[str]], None],
    ) -> None:
        """Take what is told of jobs that have another event, after the commit."""
        super().__init__(database, clock, ids)
        self._announce = announce

    def _repeated(self, connection: sa.Connection, step: Step) -> bool:
        """Tell whether an earlier request with the same id has done this.

        Raises:
            VidereError: REQUEST_ID_REUSED.
        """
        if step.request_id is None:
            return False
        query = sa.select(_A.request_digest, _A.review_id).where(
            _A.project_id == step.project_id, _A.request_id == step.request_id
        )
        rows = connection.execute(query).all()
        for row in rows:
            if row.request_digest != step.request_digest:
                raise VidereError(
                    Reason.REQUEST_ID_REUSED,
                    f"request_id {step.request_id!r} belongs to review {row.review_id}",
                    metadata={"review_id": row.review_id},
                )
        return any(row.review_id == step.review_id for row in rows)

    def _act(
        self, connection: sa.Connection, step: Step, kind: str, people: str, origin: str = ""
    ) -> None:
        """Record an action.

        Args:
            people: what people advise from then on; "" where it is not decided.
            origin: action that it undoes, or whose decision it repeats.
        """
        said = step if isinstance(step, Decision) else None
        connection.execute(
            sa.insert(t.review_action).values(
                id=self._ids.new(),
                review_id=step.review_id,
                project_id=step.project_id,
                kind=kind,
                outcome=said.outcome or "" if said is not None else "",
                cause=said.cause or "" if said is not None else "",
                note=step.note,
                rulings=[dataclasses.asdict(one) for one in said.rulings] if said else [],
                people=people,
                origin_id=origin,
                reviewer=step.reviewer,
                created_by=step.created_by,
                create_ns=self._clock.now_ns(),
                request_id=step.request_id,
                request_digest=step.request_digest,
            )
        )

    def _settle(
        self,
        connection: sa.Connection,
        record: ReviewRecord,
        given: Decision,
        found: Sequence[FindingRecord],
        origin: str = "",
    ) -> ReviewRecord:
        """Make a decision what people say of a review."""
        said = ruled(found, given.outcome, given.cause, given.rulings)
        people = str(advised(said.values()))
        self._act(connection, given, DECIDED, people, origin)
        _say(connection, record.id, said)
        record = self._change(
            connection,
            record,
            state=ReviewState.DECIDED,
            people=people,
            decide_ns=self._clock.now_ns(),
            decided_by=given.reviewer,
            **NOT_HELD,
        )
        self._tell(connection, record)
        return record

    def _unsettle(self, connection: sa.Connection, record: ReviewRecord) -> ReviewRecord:
        """Open a review again as it was before its last decision."""
        found = self._findings(connection, record.id)
        before = standing(self._actions(connection, record.id))
        said: Mapping[int, Said] = {}
        if before is not None:
            outcome = Outcome(before.outcome) if before.outcome else None
            cause = Cause(before.cause) if before.cause else None
            said = ruled(found, outcome, cause, [_ruling(one) for one in before.rulings])
        _say(connection, record.id, {one.index: said.get(one.index) for one in found})
        return self._change(
            connection,
            record,
            state=ReviewState.OPEN,
            people=before.people if before is not None else "",
            decide_ns=before.create_ns if before is not None else None,
            decided_by=before.reviewer if before is not None else "",
        )

    def _tell(self, connection: sa.Connection, record: ReviewRecord) -> None:
        """Tell the job's watchers what people say now."""
        payload = {
            "review_id": record.id,
            "media_id": record.media_id,
            "revision": record.revision,
            "state": record.state,
            "suggestion": record.suggestion,
            "people": record.people,
        }
        tell(connection, record.job_id, "review", payload, self._clock.now_ns())


def standing(actions: Sequence[ActionRecord]) -> ActionRecord | None:
    """Return the last decision that was not undone."""
    undone = {one.origin_id for one in actions if one.kind == UNDONE}
    decided = [one for one in actions if one.kind == DECIDED and one.id not in undone]
    return decided[-1] if decided else None


def _say(connection: sa.Connection, review_id: str, said: Mapping[int, Said | None]) -> None:
    """Note what people say of findings now; None = nothing."""
    finding = t.review_finding.c
    connection.execute(
        sa.update(t.review_finding)
        .where(finding.review_id == review_id, finding.position == sa.bindparam("of"))
        .values(outcome=sa.bindparam("new_outcome"), cause=sa.bindparam("new_cause")),
        [
            {
                "of": index,
                "new_outcome": str(one.outcome) if one is not None else "",
                "new_cause": str(one.cause) if one is not None else "",
            }
            for index, one in sorted(said.items())
        ],
    )


def _ruling(stored: Mapping[str, object]) -> Ruling:
    given = {**stored, "outcome": Outcome(str(stored["outcome"])),
             "cause": Cause(str(stored["cause"]))}  # fmt: skip
    return Ruling(**given)  # type: ignore[arg-type]
