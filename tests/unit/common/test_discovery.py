"""From configured endpoints to a target that gRPC can balance over."""

import pytest

from videre.common.discovery import StaticResolver
from videre.common.errors import Reason, VidereError


@pytest.mark.parametrize(
    ("endpoints", "target"),
    [
        (["127.0.0.1:7710"], "ipv4:127.0.0.1:7710"),
        (["localhost:7710"], "ipv4:127.0.0.1:7710"),
        (["10.0.0.1:1", "10.0.0.2:2"], "ipv4:10.0.0.1:1,10.0.0.2:2"),
        (["[::1]:7710", "[fd00::1]:7710"], "ipv6:[::1]:7710,[fd00::1]:7710"),
        (["visual:7710"], "dns:///visual:7710"),
        (["dns:///visual.videre.svc:7710"], "dns:///visual.videre.svc:7710"),
        (["dns://10.0.0.53/visual:7710"], "dns://10.0.0.53/visual:7710"),
        (["unix:/run/videre.sock"], "unix:/run/videre.sock"),
    ],
)
def test_targets(endpoints: list[str], target: str) -> None:
    assert StaticResolver(endpoints).target() == target


@pytest.mark.parametrize(
    "endpoints",
    [
        [],
        ["visual"],
        ["visual:0"],
        ["visual:x"],
        [":7710"],
        ["a:1", "b:1"],
        ["10.0.0.1:1", "[::1]:1"],
    ],
)
def test_what_cannot_be_balanced_is_refused(endpoints: list[str]) -> None:
    with pytest.raises(VidereError) as refused:
        StaticResolver(endpoints)
    assert refused.value.reason is Reason.FIELD_INVALID
