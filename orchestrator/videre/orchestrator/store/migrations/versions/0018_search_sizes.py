"""How much a project has in the search index, told without reading its rows."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        "search_media_sizes",
        "search_media",
        ["project_id", "moment_count", "length", "given_length"],
        unique=False,
    )
