"""The orchestrator: jobs, media, fusion, moderation."""

from videre.common import one_thread as one_thread
