"""Options of `map`."""

from pydantic import Field

from diversify.config.base import Options


class MapOptions(Options):
    """How the embedded instructions are laid out on a page."""

    points: int = Field(4000, ge=10)
    """Rows drawn at most, an even sample; test instructions come on top."""
    test_points: int = Field(150, ge=0)
    """Test instructions drawn at most, of each test set."""
    components: int = Field(50, ge=2)
    """Principal components that are left to t-SNE; neighbours survive in fifty."""
    steps: int = Field(1000, ge=250)
    """Steps of t-SNE; half as many take half the time and fit visibly worse."""
    perplexity: float = Field(30.0, gt=1)
    """Neighbours that t-SNE tries to keep together."""
    seed: int = Field(0, ge=0)
    """Seed of the sample and of t-SNE."""
