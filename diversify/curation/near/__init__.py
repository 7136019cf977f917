"""Which vectors are near each other, exactly and without looking at all pairs."""
