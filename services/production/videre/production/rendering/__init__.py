"""Moving pictures and sound: exact cuts, many outputs of one decode, the same bytes every time."""
