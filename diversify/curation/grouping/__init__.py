"""Ways to group vectors, to choose how many groups, and to tell them in words."""
