"""From text to speech: scripts, the program that speaks, and when each word is said."""
