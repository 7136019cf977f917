"""How trainers load a mix."""
