"""Tables of cases: one test tries them all, and names every one that is wrong.

A test for each case costs more than most cases do: the collector of each worker makes it, and what
runs it and tells of it takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest

T = TypeVar("T")


def each(
    cases: Iterable[T], check: Callable[[T], object], name: Callable[[T], object] = repr
) -> None:
    """Check every case; the test fails with all that are wrong, each with its name and trace.

    Args:
        cases: at least one.
        check: fails for a case that is wrong.
        name: what a case is called in the report.
    """
    wrong: list[BaseException] = []
    count = 0
    for case in cases:
        count += 1
        try:
            check(case)
        except (Exception, pytest.fail.Exception) as error:
            error.add_note(f"the case: {name(case)}")
            wrong.append(error)
    assert count, "a table without cases proves nothing"
    if wrong:
        raise BaseExceptionGroup(f"{len(wrong)} of {count} cases are wrong", wrong)
