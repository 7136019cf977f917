"""Choose training rows: exactly so many, as diverse as they come."""

__version__ = "0.1.0"
