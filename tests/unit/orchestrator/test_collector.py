"""Looking for cycles less often."""

from __future__ import annotations

import gc

from videre.orchestrator.collector import collect_seldom, collection_paused


def test_only_the_youngest_are_looked_at_less_often() -> None:
    before = gc.get_threshold()
    try:
        collect_seldom()
        after = gc.get_threshold()
        assert after[0] == 10_000
        assert after[1:] == before[1:]
    finally:
        gc.set_threshold(*before)


def test_it_is_paused_until_the_last_of_them_has_ended() -> None:
    assert gc.isenabled()
    with collection_paused():
        with collection_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
