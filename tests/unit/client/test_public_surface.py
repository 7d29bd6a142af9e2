"""What the package promises: exports, the error tree, the methods of the API."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import videre.client
from videre.client import (
    Conflict,
    Overloaded,
    RetryPolicy,
    ServerRefusal,
    Unavailable,
    _rpc,
    _rpc_admin,
    _rpc_queues,
    _rpc_retention,
)
from videre.client._retry import retryable
from videre.v1 import (
    ad_pb2,
    audit_pb2,
    credential_pb2,
    engine_pb2,
    event_pb2,
    job_pb2,
    library_pb2,
    marketing_pb2,
    media_pb2,
    moderation_pb2,
    operations_pb2,
    pipeline_pb2,
    project_pb2,
    recommendation_pb2,
    retention_pb2,
    review_pb2,
    search_pb2,
    taxonomy_pb2,
    template_pb2,
    trigger_pb2,
)

FILES = (
    job_pb2, media_pb2, library_pb2, template_pb2, moderation_pb2, review_pb2, engine_pb2,
    taxonomy_pb2, credential_pb2, project_pb2, search_pb2, operations_pb2, event_pb2,
    ad_pb2, audit_pb2, marketing_pb2, recommendation_pb2, pipeline_pb2, trigger_pb2,
    retention_pb2,
)  # fmt: skip


def test_everything_public_is_exported() -> None:
    assert sorted(videre.client.__all__) == sorted(set(videre.client.__all__))
    for name in videre.client.__all__:
        assert hasattr(videre.client, name)


def test_the_drawn_error_tree_is_the_real_one() -> None:
    drawn = videre.client._errors.__doc__ or ""
    for name in videre.client.__all__:
        member = getattr(videre.client, name)
        if isinstance(member, type) and issubclass(member, Exception):
            assert name in drawn


def test_the_table_of_methods_is_the_api() -> None:
    declared = {
        f"/{service.full_name}/{method.name}": (method.input_type, method.output_type)
        for file in FILES
        for service in file.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }
    table = {
        method.path: (method.request.DESCRIPTOR, method.response.DESCRIPTOR)
        for module in (_rpc, _rpc_admin, _rpc_queues, _rpc_retention)
        for method in vars(module).values()
        if isinstance(method, _rpc.Method)
    }
    assert table == declared


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Unavailable("", code="UNAVAILABLE"), True),
        (Overloaded("", code="RESOURCE_EXHAUSTED"), True),
        (Conflict("", code="ABORTED"), True),
        (Conflict("", code="ABORTED", reason="ETAG_MISMATCH"), False),
        (ServerRefusal("", code="INTERNAL"), False),
    ],
)
def test_what_is_retryable(error: ServerRefusal, expected: bool) -> None:
    assert retryable(error) is expected


@given(st.integers(1, 7), st.floats(0, 30), st.integers(0, 2**32))
def test_pauses_stay_within_their_bounds(failures: int, told: float, seed: int) -> None:
    policy = RetryPolicy(attempts=8, base_s=0.1, cap_s=5.0, rng=random.Random(seed))
    error = Overloaded("", code="RESOURCE_EXHAUSTED", retry_after_s=told)
    pause = policy.pause_s(error, failures, remaining_s=1000)
    assert pause is not None
    assert told <= pause <= told + min(5.0, 0.1 * 2 ** (failures - 1))
    assert policy.pause_s(error, 8, remaining_s=1000) is None
