"""What all tables share: their registry and the kinds of their columns."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

ID = sa.String(36)
DIGEST = sa.String(64)
PROJECT = sa.String(64)
