"""What an operator does with what lies on disk: keys are changed, erasure is proved."""
