"""How a row can give a test item away."""
