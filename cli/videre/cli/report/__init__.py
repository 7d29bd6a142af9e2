"""One self-contained HTML page that shows an analysis. Pure: messages and bytes in, text out."""

from videre.cli.report.builder import MAX_PICTURE_BYTES, build_report, wanted_pictures

__all__ = ["MAX_PICTURE_BYTES", "build_report", "wanted_pictures"]
