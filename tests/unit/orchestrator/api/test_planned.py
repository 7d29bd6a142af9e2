"""Features that are named and not here: refused with the reason."""

from __future__ import annotations

import pytest

from videre.common.errors import Reason, VidereError
from videre.orchestrator.api.validation import check_features
from videre.orchestrator.features import BY_NAME, PLANNED


def test_what_is_not_in_this_release_is_refused_with_what_to_do_instead() -> None:
    assert PLANNED.keys().isdisjoint(BY_NAME)
    for name, reason in PLANNED.items():
        with pytest.raises(VidereError) as refused:
            check_features(["shots", name])
        assert refused.value.reason is Reason.FEATURE_UNIMPLEMENTED
        assert refused.value.message == f"feature '{name}' is not in this release: {reason}"
        assert refused.value.violations[0].field == "features[1]"
    assert "SRT" in PLANNED["translation"]
