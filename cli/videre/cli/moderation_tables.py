"""Audits of verdicts and checks of reports, for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from videre.cli.formatting import word
from videre.cli.tables import colored, table
from videre.exports.verdict_report import Check, Level
from videre.v1 import moderation_pb2 as pb

_BREACHES: Final = {
    pb.CHAIN_BREACH_MISSING: "it is not there",
    pb.CHAIN_BREACH_FACTS: "its digest is not that of its facts and the link before",
    pb.CHAIN_BREACH_PLACE: "it stands for something else than its facts say",
    pb.CHAIN_BREACH_KNOWN_LINK: "it is not the link that was kept",
}
_WRONG: Final = frozenset({pb.LINK_STATE_MISSING, pb.LINK_STATE_DIFFERENT})

_LEVELS: Final = {Level.OK: "green", Level.UNKNOWN: "yellow", Level.FAILED: "red"}


def is_sound(answer: pb.AuditVerdictsResponse) -> bool:
    """Tell whether an audit found nothing that differs."""
    return answer.chain.state != pb.CHAIN_STATE_BROKEN and not any(map(_differs, answer.revisions))


def render_audit(answer: pb.AuditVerdictsResponse) -> Iterator[RenderableType]:
    """Yield what the chain and the verdicts are; one by one what is not as it was."""
    yield chain_line(answer.chain)
    if not answer.revisions:
        return
    results = Counter(_result(one) for one in answer.revisions)
    told = ", ".join(f"{count:,} {name}" for name, count in sorted(results.items()))
    yield Text(f"{len(answer.revisions):,} verdicts judged again: {told}")
    rows = table("Media", "Revision", "Template", "Judged again", "Chain", "Why")
    shown = [
        one
        for one in answer.revisions
        if one.result != pb.REPLAY_RESULT_EQUAL or one.link_state in _WRONG
    ]
    for one in shown:
        link = word(pb.LinkState, one.link_state, "LINK_STATE")
        rows.add_row(
            one.media_id,
            str(one.revision),
            one.template,
            colored(_result(one)),
            f"{link} {one.link_number or ''}".strip(),
            Text(_why(one)),
        )
    if shown:
        yield rows


def _differs(one: pb.RevisionAudit) -> bool:
    return one.result == pb.REPLAY_RESULT_DIFFERENT or one.link_state in _WRONG


def _result(one: pb.RevisionAudit) -> str:
    return word(pb.ReplayResult, one.result, "REPLAY_RESULT")


def _why(one: pb.RevisionAudit) -> str:
    parts = [f"{one.reason}: {one.message}"] if one.reason else []
    if one.differs:
        parts.append(f"differs: {', '.join(one.differs)}")
    if one.link_differs:
        parts.append(f"not as linked: {', '.join(one.link_differs)}")
    return "; ".join(parts)


def chain_line(chain: pb.ChainAudit) -> Text:
    """Return the state of a chain, and its head, which is worth keeping elsewhere."""
    line = Text("chain ")
    line.append(colored(word(pb.ChainState, chain.state, "CHAIN_STATE")))
    if chain.broken_number:
        line.append(f" at link {chain.broken_number}: {_BREACHES.get(chain.breach, '')};")
    line.append(f" {chain.link_count:,} links")
    if chain.link_count:
        line.append(f", head {chain.link_count}:{chain.head_digest}")
    return line


def check_lines(checks: Sequence[Check]) -> Iterator[Text]:
    """Yield what was checked of a signed report, one line each, and whether it holds."""
    for check in checks:
        line = Text()
        line.append(f"{check.level.value:<8}", style=_LEVELS[check.level])
        line.append(f"{check.name:<16} {check.words}")
        yield line
    failed = any(check.level is Level.FAILED for check in checks)
    yield Text("the report does NOT hold" if failed else "the report holds", style="bold")
