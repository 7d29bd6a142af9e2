"""Workflows replay: their bodies may only call steps, in an order that nothing but answers decides.

The journal checks names of steps, never arguments, so that most breaches show as swapped answers
after a restart, if at all. Hence this reading of the sources.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

import pytest

from videre.orchestrator.workflows import analyse, steps
from videre.orchestrator.workflows.analyse import WORKFLOWS

#: What a workflow's module may import: control flow, the journal, its own steps and constants.
ALLOWED = {
    "__future__": {"annotations"},
    "asyncio": {""},
    "typing": {"Any", "Final"},
    "structlog": {""},
    "videre.orchestrator.workflows.steps": {"Steps"},
    "videre.orchestrator.workflows.journal": {"ANALYSE", "Child", "Workflow", "ended_by"},
}
#: Names without an import that reach outside or have no fixed order.
FORBIDDEN_NAMES = {"open", "input", "print", "exec", "eval", "__import__", "globals", "id", "hash",
                   "set", "frozenset"}  # fmt: skip


def findings(source: str) -> list[str]:
    """Return every breach of the rules in a workflow module, as "line: what"."""
    tree = ast.parse(source)
    found = [*_imports(tree), *_names(tree)]
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("asyncio"), attr=attr)):
                found += _gather(node) if attr == "gather" else [(node, f"asyncio.{attr}")]
            case ast.Await(value=ast.Call() as call):
                found += _awaited(call, _own(tree))
            case ast.Await():
                found.append((node, "awaits what is no call"))
            case ast.ExceptHandler(type=None):
                found.append((node, "catches everything, cancellation too"))
            case ast.ExceptHandler(type=ast.expr() as caught) if ast.unparse(caught) != "Exception":
                found.append((node, f"catches {ast.unparse(caught)}"))
            case ast.Try(finalbody=[_, *_]):
                found.append((node, "finally: a cancelled workflow must not go on"))
            case ast.Set() | ast.SetComp():
                found.append((node, "a set has no order"))
            case ast.Global() | ast.Nonlocal() | ast.AsyncFor():
                found.append((node, type(node).__name__))
            case ast.AsyncWith():
                found.append((node, "async with: its exit awaits"))
    return [f"{node.lineno}: {what}" for node, what in found]


Finding = tuple[ast.stmt | ast.expr | ast.ExceptHandler, str]


def _imports(tree: ast.Module) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if "" not in ALLOWED.get(alias.name, set()):
                    yield node, f"imports {alias.name}"
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name not in ALLOWED.get(node.module or "", set()):
                    yield node, f"imports {node.module}.{alias.name}"


def _names(tree: ast.Module) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in FORBIDDEN_NAMES:
            yield node, f"uses {node.id}"


def _own(tree: ast.Module) -> set[str]:
    """Return the module's coroutines, and names that stand for one step after another."""
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)}
    for node in ast.walk(tree):
        match node:
            case ast.For(target=ast.Name(name), iter=ast.Tuple(elts=each)):
                if all(ast.unparse(one).startswith("steps.") for one in each):
                    own.add(name)
    return own


def _awaited(call: ast.Call, own: set[str]) -> list[Finding]:
    """Await steps, children and the module's own parts only."""
    match call.func:
        case ast.Attribute(value=ast.Name("steps")) | ast.Attribute(attr="result"):
            return []
        case ast.Attribute(value=ast.Name("asyncio"), attr="gather"):
            return []
        case ast.Attribute(value=ast.Attribute(ast.Name("steps"), "journal"), attr="start"):
            return []
        case ast.Name(name) if name in own:
            return []
    return [(call, f"awaits {ast.unparse(call.func)}")]


def _gather(call: ast.Call) -> list[Finding]:
    """Each branch is exactly one step: two in a row draw their numbers by timing."""
    return [
        (call, f"a branch of gather is no single step: {ast.unparse(branch)}")
        for branch in call.args
        if not (
            isinstance(branch, ast.Call)
            and ast.unparse(branch.func).startswith("steps.")
            and not any(isinstance(inner, ast.Await) for inner in ast.walk(branch))
        )
    ]


def test_workflows_keep_the_rules() -> None:
    found = findings(inspect.getsource(analyse))
    assert not found, "a replay may go another way than the first run:\n" + "\n".join(found)


HEAD = "import asyncio\nfrom videre.orchestrator.workflows.steps import Steps\n"
FLOW = HEAD + "async def flow(steps: Steps, job: str) -> None:\n"
BAD = {
    "clock": "import time\n",
    "clock behind a name": "from datetime import datetime\n",
    "random": "from random import random\n",
    "environment": "import os\n",
    "unique ids": "import uuid\n",
    "the store": "from videre.orchestrator.store.jobs import JobStore\n",
    "the runtime": "from videre.orchestrator.steps.runtime import Runtime\n",
    "the engine itself": "from dbos import DBOS\n",
    "a step's body": "from videre.orchestrator.steps import opening\n",
    "a file": FLOW + "    open(job)\n",
    "a set's order": FLOW + "    for x in {1, 2}:\n        await steps.look(job, x)\n",
    "a made set": FLOW + "    for x in set([1, 2]):\n        await steps.look(job, x)\n",
    "sleep": FLOW + "    await asyncio.sleep(1)\n",
    "first come": FLOW + "    await asyncio.wait([steps.plan(job)])\n",
    "a task": FLOW + "    asyncio.create_task(steps.plan(job))\n",
    "two awaits in a branch": FLOW
    + "    await asyncio.gather(steps.look(job, await steps.plan(job)))\n",
    "a helper in a branch": FLOW + "    await asyncio.gather(flow(job))\n",
    "starred branches": FLOW + "    await asyncio.gather(*[steps.look(job, 1)])\n",
    "another coroutine": FLOW + "    await job.write()\n",
    "a held coroutine": FLOW + "    made = steps.plan(job)\n    await made\n",
    "a step of its own": FLOW + "    await steps.journal.step(seat, body, job)\n",
    "cancellation": FLOW + "    try:\n        pass\n    except BaseException:\n        pass\n",
    "everything": FLOW + "    try:\n        pass\n    except:\n        pass\n",
    "finally": FLOW + "    try:\n        pass\n    finally:\n        await steps.plan(job)\n",
}  # fmt: skip


@pytest.mark.parametrize("source", BAD.values(), ids=BAD.keys())
def test_each_breach_is_found(source: str) -> None:
    assert len(findings(source)) >= 1


def test_what_is_allowed_is_not_found() -> None:
    good = FLOW + (
        "    try:\n"
        "        await steps.plan(job)\n"
        "        await asyncio.gather(steps.look(job, 1), steps.read_text(job, 1))\n"
        '        child = await steps.journal.start(CHUNK, "id", 5, job)\n'
        "        await child.result()\n"
        "    except Exception:\n"
        "        await steps.fail(job, {})\n"
    )
    assert findings(good) == []


def test_every_workflow_has_a_name_of_its_own_and_an_end() -> None:
    names = [flow.name for flow in WORKFLOWS]
    assert len(names) == len(set(names)) > 1
    assert all(0 < flow.max_recovery_attempts <= 1_000 for flow in WORKFLOWS)


# --- steps -----------------------------------------------------------------------------------


def step_functions() -> list[ast.AsyncFunctionDef]:
    tree = ast.parse(inspect.getsource(steps))
    return [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]


def seat_of(node: ast.AsyncFunctionDef) -> ast.Call:
    (seat,) = (
        inner
        for inner in ast.walk(node)
        if isinstance(inner, ast.Call) and ast.unparse(inner.func) == "Seat"
    )
    return seat


def test_every_step_has_a_name_of_its_own() -> None:
    names = [ast.literal_eval(seat_of(node).args[0]) for node in step_functions()]
    assert len(names) == len(set(names)) > 10


def test_a_step_is_its_body_and_nothing_else() -> None:
    """One step of the journal, with the step's own arguments in their order."""
    for node in step_functions():
        *_, last = node.body
        value = last.value if isinstance(last, ast.Return | ast.Expr) else None
        assert isinstance(value, ast.Await), node.name
        call = value.value
        assert isinstance(call, ast.Call), node.name
        assert ast.unparse(call.func) == "self.journal.step", node.name
        _seat, _body, *given = map(ast.unparse, call.args)
        assert given == ["self.run", *(argument.arg for argument in node.args.args[1:])], node.name
        awaited = [inner for inner in ast.walk(node) if isinstance(inner, ast.Await)]
        assert awaited == [value], node.name


def test_only_what_ends_a_job_cannot_be_preempted() -> None:
    """A step that is not preemptible runs to its end after a cancel: seconds, not milliseconds."""
    kept = {node.name for node in step_functions() if seat_of(node).keywords}
    assert kept == {"lose_chunk", "publish", "fail"}
