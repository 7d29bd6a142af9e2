"""Waiting for a workflow that is deleted meanwhile.

The engine takes a workflow without a row for one that will have a row soon, and waits for its
result for ever. Whoever waits here has started the workflow before: it went with its job, which was
cancelled and deleted, and the one that waits would keep its seat until the process ends.
"""

from __future__ import annotations

from typing import Any

from dbos._sys_db import SystemDatabase


def fail_for_deleted(system: SystemDatabase) -> None:
    """Have the engine tell those who wait, also those who do so already, that there is no result.

    They are told by DBOSNonExistentWorkflowError.

    Args:
        system: the engine's tables, in use already.
    """
    check = system.check_workflow_result

    def checked(workflow_id: str, **_: Any) -> Any:
        return check(workflow_id, fail_if_missing=True)

    # The engine makes this object itself and lets nobody bring another one.
    system.check_workflow_result = checked  # type: ignore[method-assign]
