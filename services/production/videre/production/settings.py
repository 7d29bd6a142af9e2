"""What the production service needs to know beside the common settings."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from videre.common.config import Settings


class ProductionSettings(Settings):
    """Settings of the production process."""

    ffmpeg: Path | None = Field(
        default=None, description="The ffmpeg program; absent = that of the package imageio-ffmpeg."
    )
    espeak_ng: Path | None = Field(
        default=None, description="The espeak-ng program that speaks; absent = the one on the path."
    )
    font: Path | None = Field(
        default=None,
        description="Font file (TrueType, OpenType) of drawn text; absent = OpenCV's own, Latin to"
        " Chinese.",
    )

    chunk_retention: float = Field(
        default=6 * 3_600.0,
        ge=0,
        description="How long encoded chunks of long outputs stay unused, seconds: a killed task"
        " goes on from them, edited captions use them again. 0 = a killed task begins anew.",
    )
    chunk_bytes: int = Field(
        default=8 << 30,
        ge=0,
        description="Bytes of such chunks that stay at most, the longest unused go first.",
    )

    @property
    def chunks_path(self) -> Path:
        """Folder of encoded chunks of long outputs, a folder for each project."""
        return self.work_path / "chunks"

    @property
    def render_path(self) -> Path:
        """Folder of files that are being made."""
        return self.work_path / "render"
