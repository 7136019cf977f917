"""Options, one model per stage, and the experiments built of them."""
