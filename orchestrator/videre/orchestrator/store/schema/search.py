"""The search index: what terms stand in which moments of which media."""

from __future__ import annotations

import sqlalchemy as sa

from videre.orchestrator.store.schema.base import ID, PROJECT, metadata
from videre.orchestrator.store.vault import SealedBytes, SealedJson, SealedName

#: One per indexed media. Goes with its media, as all that names it does.
search_media = sa.Table(
    "search_media",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column(
        "media_id", ID, sa.ForeignKey("media.id", ondelete="CASCADE"), nullable=False, unique=True
    ),
    sa.Column("project_id", PROJECT, nullable=False),
    #: Version of the index that wrote it; 0 = what is known of the media has changed since.
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("moment_count", sa.BigInteger, nullable=False),
    #: Places of all moments; `given_length` those of what is given with the media.
    sa.Column("length", sa.BigInteger, nullable=False),
    sa.Column("given_length", sa.BigInteger, nullable=False, server_default="0"),
    #: Spans are characters: the media is text without times.
    sa.Column("in_characters", sa.Boolean, nullable=False),
    #: Arrays, see `search.packing`.
    sa.Column("lengths", sa.LargeBinary, nullable=False),
    sa.Column("spans", sa.LargeBinary, nullable=False),
    sa.Column("facets", sa.LargeBinary, nullable=False),
    sa.Column("facet_values", SealedJson("search_media.facet_values"), nullable=False),
    #: Which terms each part has, see `packing.pack_ids`: postings are found by their terms only.
    sa.Column("document_terms", sa.LargeBinary, nullable=False, server_default=sa.text("''")),
    sa.Column("given_terms", sa.LargeBinary, nullable=False, server_default=sa.text("''")),
    #: Generation of the project that wrote it last, see `search_head`.
    sa.Column("generation", sa.BigInteger, nullable=False, server_default="0"),
    sa.Index("search_media_by_project", "project_id", "version"),
    sa.Index("search_media_by_generation", "project_id", "generation"),
    #: What a project has in all, without reading the rows.
    sa.Index("search_media_sizes", "project_id", "moment_count", "length", "given_length"),
    sqlite_autoincrement=True,
)

#: How often the index of a project was written: what was read of it before is no longer so.
search_head = sa.Table(
    "search_head",
    metadata,
    sa.Column("project_id", PROJECT, primary_key=True),
    sa.Column("generation", sa.BigInteger, nullable=False),
)

#: The words of a project; those that no media has any more are removed with the last that had them.
search_term = sa.Table(
    "search_term",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("term", SealedName("search_term.term"), nullable=False),
    sa.UniqueConstraint("project_id", "term"),
)

#: Where a term stands in a part of a media: arrays, see `search.packing`. Removed with its media by
#: `search_index.forget_media`: an index on the media would be a third of all.
search_posting = sa.Table(
    "search_posting",
    metadata,
    sa.Column("term_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("media_key", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("part", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("entries", sa.LargeBinary, nullable=False),
    sa.Column("places", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

#: What is shown of moments that are found: passages of some neighbouring moments, compressed.
search_chunk = sa.Table(
    "search_chunk",
    metadata,
    sa.Column(
        "media_key",
        sa.Integer,
        sa.ForeignKey("search_media.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("part", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("data", SealedBytes("search_chunk.data"), nullable=False),
)

#: What a media looks and sounds like: vectors of its moments, hashes of its frames and its sound,
#: see `search.looks`.
search_look = sa.Table(
    "search_look",
    metadata,
    sa.Column(
        "media_key",
        sa.Integer,
        sa.ForeignKey("search_media.key", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("project_id", PROJECT, nullable=False),
    sa.Column("engine", sa.String(128), nullable=False),
    sa.Column("numbers", sa.LargeBinary, nullable=False),
    sa.Column("vectors", SealedBytes("search_look.vectors"), nullable=False),
    sa.Column("times", sa.LargeBinary, nullable=False),
    sa.Column("hashes", SealedBytes("search_look.hashes"), nullable=False),
    sa.Column("still", SealedBytes("search_look.still"), nullable=False),
    sa.Column("sound_times", sa.LargeBinary, nullable=False, server_default=sa.text("''")),
    sa.Column(
        "sound_hashes",
        SealedBytes("search_look.sound_hashes"),
        nullable=False,
        server_default=sa.text("''"),
    ),
    sa.Index("search_look_by_project", "project_id", "engine"),
)
