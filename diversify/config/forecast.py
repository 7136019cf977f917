"""Options of a dry run, `mix --dry-run`: how much is tried before the rest is predicted."""

from pydantic import Field

from diversify.config.base import Options

MIB = 1 << 20


class ForecastOptions(Options):
    """How a dry run looks ahead: more of each makes it slower and surer."""

    read_mb: int = Field(256, ge=1)
    """MiB of unpacked text that are read; of larger inputs the beginnings of the files stand for
    the rest."""
    head_mb: int = Field(4, ge=1)
    """MiB that are read of each file, however small its part of the whole."""
    trial_seconds: float = Field(0.4, gt=0)
    """A trial doubles its rows until it takes so long, or has all rows."""
    trial_rows: int = Field(16_384, ge=1024)
    """Rows that a trial has at most: more of them than a processor's caches hold."""
    batches: int = Field(16, ge=2)
    """Batches of texts, spread evenly from the longest to the shortest, that are embedded."""
    embed_seconds: float = Field(4.0, gt=0)
    """No further batch is embedded once so much time is gone."""
    batch_leftovers: float = Field(3.0, ge=0)
    """Memory that ever more batches leave unused but not given back, for that which the batches of
    the trial left: 2 to 4 with MiniLM on Linux."""
    centre_rows: int = Field(2_000_000, ge=10_000)
    """Rows times centres that a trial of k-means has at most."""
    kmeans_rounds: int = Field(55, ge=1)
    """Rounds that k-means usually takes to settle: 55 to 65 on 20,000 to 62,000 instructions
    embedded by MiniLM, more than the 50 that are allowed by default."""
    spherical_rounds: int = Field(40, ge=1)
    """Rounds that spherical usually takes to settle: 24 to 52 on the same."""
    minibatch_seen: int = Field(250_000, ge=1)
    """Rows that minibatch usually looks at before it settles: 200,000 to 300,000 on the same."""
    written_rows: int = Field(20_000, ge=1)
    """Rows that are written to see how long writing takes, at most."""
