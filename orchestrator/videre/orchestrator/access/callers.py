"""How an orchestrator knows its callers, by its settings."""

from __future__ import annotations

from videre.common.auth import Authenticate
from videre.common.egress import Egress, EgressPolicy
from videre.orchestrator.access.first_key import ensure_first_key
from videre.orchestrator.access.gate import Gate, LocalOwner
from videre.orchestrator.access.tokens import Issuer, TokenVerifier
from videre.orchestrator.app import Orchestrator


def callers_of(app: Orchestrator) -> Authenticate:
    """Return what tells who calls; where keys are asked for, see that there is one. Blocking."""
    settings = app.settings
    if not settings.auth:
        return LocalOwner(app.directory)
    ensure_first_key(app.credentials, settings.data_dir, app.ids)
    tokens = None
    if settings.oidc_issuer:
        issuer = Issuer(
            settings.oidc_issuer,
            settings.oidc_audience,
            settings.oidc_jwks or "",
            settings.oidc_project_claim,
            settings.oidc_roles_claim,
        )
        # The operator names the issuer, which may well be inside.
        tokens = TokenVerifier(issuer, Egress(EgressPolicy.trusted()), app.clock)
    return Gate(app.directory, app.credentials, tokens, app.clock)
