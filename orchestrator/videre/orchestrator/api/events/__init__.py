"""EventService: the feed of a project, and its webhooks."""
