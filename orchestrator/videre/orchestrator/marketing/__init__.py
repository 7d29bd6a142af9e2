"""Marketing copy: what of an analysis may be told, which shots are shown, and the words. Pure."""
