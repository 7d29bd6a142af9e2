"""Who calls: keys, tokens, and the projects that a caller may name."""
