"""Options of `map`."""

from pydantic import Field

from diversify.config.base import Options


class MapOptions(Options):
    """How the embedded instructions are laid out on a page."""

    points: int = Field(4000, ge=10)
    """Rows drawn at most, an even sample; test instructions come on top."""
    tests: int = Field(400, ge=0)
    """Test instructions drawn at most, of each test file."""
    perplexity: float = Field(30.0, gt=1)
    """Neighbours that t-SNE tries to keep together."""
    seed: int = Field(0, ge=0)
    """Seed of the sample and of t-SNE."""
