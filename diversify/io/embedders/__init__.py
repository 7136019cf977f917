"""What turns texts into vectors, a module for each backend that runs a model."""
