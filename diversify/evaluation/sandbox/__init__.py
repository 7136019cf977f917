"""Programs that nobody trusts, run apart: plain values in, plain values out."""
