"""From a verdict to an edit."""
