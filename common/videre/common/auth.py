"""Who calls, and what the caller may do: the principal, the roles and the policy table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from google.protobuf.descriptor import ServiceDescriptor

from videre.common.errors import Reason, VidereError


class Role(StrEnum):
    """What a caller may do in a project. Roles do not imply one another."""

    VIEWER = "viewer"
    SUBMITTER = "submitter"
    REVIEWER = "reviewer"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of an RPC.

    Args:
        subject: who it is; stands with what is made.
        project: that calls are about which name none.
        roles: what the caller may do.
        others: further projects that calls may name.
        everywhere: whether the caller may see every project, and make and close projects.
    """

    subject: str
    project: str
    roles: frozenset[Role]
    others: frozenset[str] = frozenset()
    everywhere: bool = False


#: Turns request metadata into a principal, or raises VidereError.
Authenticate = Callable[[Mapping[str, str | bytes]], Awaitable[Principal]]
#: Full method name ("/videre.v1.JobService/SubmitJob") → role a caller needs.
Policy = Mapping[str, Role]

DEFAULT_PROJECT: Final = "default"
LOCAL: Final = Principal("local", DEFAULT_PROJECT, frozenset(Role), everywhere=True)
#: Methods anyone may call: they show no data.
_OPEN_SERVICES: Final = (
    "/grpc.health.v1.Health/",
    "/grpc.reflection.v1.ServerReflection/",
    "/grpc.reflection.v1alpha.ServerReflection/",
)
_principal: ContextVar[Principal] = ContextVar("principal")


async def local_principal(_metadata: Mapping[str, str | bytes]) -> Principal:
    """Take every caller for the owner of this machine: the default on a loopback address."""
    return LOCAL


def current_principal() -> Principal:
    """Return the caller of the RPC being served.

    Raises:
        LookupError: no RPC is being served, or one of the open methods.
    """
    return _principal.get()


def enter(principal: Principal) -> None:
    """Make `principal` the caller for the running task and the tasks it starts."""
    _principal.set(principal)


def is_open(method: str) -> bool:
    """Tell whether a method (health, reflection) needs no principal."""
    return method.startswith(_OPEN_SERVICES)


def authorise(method: str, principal: Principal, policy: Policy) -> None:
    """Check that the caller may call a method.

    Raises:
        VidereError: ROLE_MISSING; also for a method that has no row, so that a new RPC is closed
            until somebody decides about it.
    """
    needed = policy.get(method)
    if needed is None or needed not in principal.roles:
        asked = f"the role {needed}" if needed else "a row in the policy table, which it lacks"
        raise VidereError(
            Reason.ROLE_MISSING,
            f"{method} needs {asked}",
            metadata={"method": method, "role": needed or ""},
        )


def methods_of(service: ServiceDescriptor) -> list[str]:
    """Return the full method names of a service, in order of declaration."""
    return [f"/{service.full_name}/{method.name}" for method in service.methods]


def check_policy(services: Iterable[ServiceDescriptor], policy: Policy) -> list[str]:
    """Return what is wrong with a table: methods without a row, rows without a method."""
    methods = {method for service in services for method in methods_of(service)}
    missing = [f"no row for {method}" for method in sorted(methods - policy.keys())]
    stale = [f"no method for the row {method}" for method in sorted(policy.keys() - methods)]
    return missing + stale
