"""ModerationService: why verdicts say what they say."""
