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

    @property
    def render_path(self) -> Path:
        """Folder of files that are being made."""
        return self.work_path / "render"
