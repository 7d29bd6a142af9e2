"""Clients in other languages, made at the time of the test from what is committed here."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("client_contract", "client_programs")
