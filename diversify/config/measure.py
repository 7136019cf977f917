"""Options of `measure`."""

from pydantic import Field

from diversify.config.base import Options


class MeasureOptions(Options):
    """How the diversity of a set of rows is measured, and what it is held against."""

    draws: int = Field(5, ge=2)
    """Random draws of the same size, and the same rows of each source, to compare with."""
    confidence: float = Field(0.95, gt=0.5, lt=1.0)
    """Chance that one more random draw would lie in the interval."""
    reference: int = Field(20_000, ge=0)
    """Pool rows that coverage and density are measured on at most, an even sample; 0 takes all."""
    novelty_rows: int = Field(5_000, ge=0)
    """Rows of a set that NovelSum is measured on at most, an even sample; 0 takes all."""
    neighbours: int = Field(10, ge=1)
    """Nearest pool rows that tell NovelSum how dense the pool is around a row."""
    proximity: float = Field(1.0, ge=0.0)
    """How much more near rows weigh in NovelSum (alpha); 0 weighs all alike."""
    density: float = Field(0.5, ge=0.0)
    """How much more distances in dense parts count in NovelSum (beta); 0 leaves density out."""
    vendi_order: float = Field(1.0, ge=0.0, allow_inf_nan=False)
    """Order of the Vendi score; 1 is the usual one, and higher ones care less for rare rows."""
    ngrams: int = Field(2, ge=1, le=5)
    """Longest run of words in distinct-n."""
    tokenizer: str = ""
    """Tokenizer that counts tokens, by its folder or its name on the Hub; empty: only words."""
    seed: int = Field(0, ge=0)
    """Seed of the random draws."""
