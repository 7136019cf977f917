"""Options of `map`."""

from pydantic import Field

from diversify.config.base import Options


class MapOptions(Options):
    """How the embedded instructions are laid out on a page."""

    points: int = Field(4000, ge=10)
    """Rows in map.json at most, an even sample; test instructions come on top."""
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
    landmarks: int = Field(10_000, ge=10)
    """Rows that t-SNE lays out for a page or an image; all others are placed among them."""
    neighbours: int = Field(30, ge=1)
    """Landmarks that pull at a row which is placed among them."""
    neighbour_perplexity: float = Field(10.0, gt=1)
    """How many of them count: the pull falls with distance in the embeddings."""
    placing_steps: int = Field(12, ge=1)
    """Steps from a row's nearest landmark to where the pulls balance; after six little moves."""
    spread: float = Field(0.6, ge=0.0, le=2.0)
    """Part of the gap between landmarks over which the rows around one are spread; 0 leaves them
    in a heap."""
    page_points: int = Field(100_000, ge=10)
    """Rows drawn as points on a page at most, picked ones first; the density layer counts all."""
    page_text: int = Field(200, ge=20)
    """Characters of an instruction that a page shows."""
    bins: int = Field(1024, ge=16, le=2048)
    """Cells of the density layer along each side."""
    title: str = "The map of instructions"
    """Title of a page or an image."""
