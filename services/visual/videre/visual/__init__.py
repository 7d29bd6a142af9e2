"""The visual service: shots, objects, classes, faces, NSFW, colours, frame conditions."""
