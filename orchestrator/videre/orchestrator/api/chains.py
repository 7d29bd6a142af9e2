"""Whether a chain of facts holds, as its public message."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from videre.exports.chain import Breach, Head, Link, check_chain
from videre.v1 import moderation_pb2 as pb

_BREACHES: Final = {
    Breach.MISSING: pb.CHAIN_BREACH_MISSING,
    Breach.FACTS: pb.CHAIN_BREACH_FACTS,
    Breach.PLACE: pb.CHAIN_BREACH_PLACE,
}


def chain_audit(
    project_id: str,
    links: Iterable[Link],
    at: Callable[[int], Link | None],
    known_number: int,
    known_digest: str,
) -> pb.ChainAudit:
    """Check a chain.

    Args:
        project_id: whose chain it is.
        links: all of it, in order.
        at: returns the link with a number.
        known_number: of a link that somebody has kept and that must still be there; 0 = none.
        known_digest: its digest.
    """
    head, broken = check_chain(project_id, links)
    if known_number and (broken is None or known_number < broken.number):
        known = at(known_number)
        if known is None or known.digest != known_digest:
            return _message(head, known_number, pb.CHAIN_BREACH_KNOWN_LINK)
    if broken is None:
        return _message(head)
    return _message(head, broken.number, _BREACHES[broken.breach])


def _message(
    head: Head,
    broken: int = 0,
    breach: pb.ChainBreach.ValueType = pb.CHAIN_BREACH_UNSPECIFIED,
) -> pb.ChainAudit:
    state = pb.CHAIN_STATE_INTACT if head.number else pb.CHAIN_STATE_EMPTY
    return pb.ChainAudit(
        state=pb.CHAIN_STATE_BROKEN if broken else state,
        link_count=head.number,
        head_digest=head.digest,
        broken_number=broken,
        breach=breach,
    )
