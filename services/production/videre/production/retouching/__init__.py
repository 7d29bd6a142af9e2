"""Changing the pictures of a video, or a picture: marks, captions, what is hidden or taken away."""
