"""The OCR service: text in pictures."""

from videre.common import one_thread as one_thread
