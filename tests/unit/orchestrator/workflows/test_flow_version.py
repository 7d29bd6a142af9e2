"""The journal replays old runs with new code: under one FLOW the way must not change."""

from __future__ import annotations

import ast
import hashlib
import inspect

from videre.orchestrator.workflows import analyse, steps
from videre.orchestrator.workflows.journal import FLOW

#: Digest of the flow's sources by version. Old entries stay: a version is never used twice.
RECORDED = {
    "flow-1": "4c21ca04e6335c68",
    "flow-2": "7030f9ba3b1c9731",
    "flow-3": "0c71aa79990ac141",
}


class _Plain(ast.NodeTransformer):
    """Leaves out what decides nothing: docstrings."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        body = getattr(node, "body", None)
        if isinstance(body, list) and body:
            match body[0]:
                case ast.Expr(value=ast.Constant(value=str())):
                    node.body = body[1:] or [ast.Pass()]  # type: ignore[attr-defined]
        return node


def flow_source(workflows: str, journal_steps: str) -> str:
    """Return what the journal depends on: the workflows, and the steps' seats and parameters."""
    flow = ast.unparse(_Plain().visit(ast.parse(workflows)))
    seats = [
        f"{ast.unparse(seat)} {node.name}({ast.unparse(node.args)})"
        for node in ast.walk(ast.parse(journal_steps))
        if isinstance(node, ast.AsyncFunctionDef)
        for seat in ast.walk(node)
        if isinstance(seat, ast.Call) and ast.unparse(seat.func) == "Seat"
    ]
    return "\n".join([flow, *seats])


def digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def test_the_flow_has_not_changed_under_its_version() -> None:
    now = digest(flow_source(inspect.getsource(analyse), inspect.getsource(steps)))
    assert RECORDED.get(FLOW) == now, (
        f"The workflows or their steps differ from those recorded as {FLOW!r}, so that jobs "
        "interrupted under it would be replayed with another flow. Raise FLOW in "
        f"workflows/journal.py to the next number and record it in RECORDED here with {now!r}. "
        "If no release or installation ever ran the recorded flow, recording the new digest "
        "under the same version is enough."
    )


def test_no_digest_is_recorded_twice() -> None:
    assert len(set(RECORDED.values())) == len(RECORDED)
    assert list(RECORDED) == [f"flow-{number}" for number in range(1, len(RECORDED) + 1)]
    assert list(RECORDED)[-1] == FLOW


FLOWS = 'async def flow(job):\n    """Words."""\n    # why\n    await steps.a(job)\n'
STEPS = (
    "class Steps:\n    async def a(self, job):\n"
    '        """Words."""\n        return await self.journal.step(Seat("a"), body, job)\n'
)


def test_the_digest_sees_what_decides_the_way_and_no_words() -> None:
    first = digest(flow_source(FLOWS, STEPS))
    assert digest(flow_source(FLOWS.replace("Words", "Other"), STEPS)) == first
    assert digest(flow_source(FLOWS.replace("# why", "# because"), STEPS)) == first
    assert digest(flow_source(FLOWS, STEPS.replace("body", "other"))) == first
    assert digest(flow_source(FLOWS + "    await steps.a(job)\n", STEPS)) != first
    assert digest(flow_source(FLOWS.replace("(job)\n", "(job, 1)\n"), STEPS)) != first
    assert digest(flow_source(FLOWS, STEPS.replace('"a"', '"b"'))) != first
    assert digest(flow_source(FLOWS, STEPS + STEPS)) != first
