"""Pure measures: (truth, answer) pairs in, figures with intervals and worst cases out."""
