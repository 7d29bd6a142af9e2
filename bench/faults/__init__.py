"""Real processes killed, starved and lied to: what the kill and hostile benches do to a suite."""
