"""SubmitFeedback and ListFeedback: corrections, and what libraries learn from them."""
