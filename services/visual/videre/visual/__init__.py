"""The visual service: shots, objects, classes, faces, NSFW, colours, frame conditions."""

from videre.common import one_thread as one_thread
