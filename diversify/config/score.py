"""Options of `score`."""

from pydantic import Field

from diversify.config.base import Options


class ScoreOptions(Options):
    """How written programs are run and scored."""

    base_only: bool = False
    """Run the original tests alone, and not those that EvalPlus added."""
    workers: int = Field(2, ge=1, le=256)
    """Programs that run side by side; more than there are idle processors makes slow ones fail."""
    min_seconds: float = Field(1.0, gt=0, le=3600)
    """Time that each call has at least."""
    time_factor: float = Field(4.0, ge=1)
    """Times of the reference solution's that a call may take, where that is more."""
    problem_seconds: float = Field(60.0, gt=0, le=86400)
    """Time that all calls of a problem's base tests have together, at most; so have those that
    EvalPlus added."""
    reference_seconds: float = Field(600.0, gt=0, le=86400)
    """The same for the reference solution, whose times the others are measured by."""
    slack_seconds: float = Field(2.0, ge=0.1, le=3600)
    """Time beyond such limits, to load a program and to hear from it, before it is ended."""
    memory_mb: int = Field(4096, ge=128)
    """Address space of each process of a program."""
    processes: int = Field(64, ge=8, le=4096)
    """Processes and threads that a program may have at once."""
    file_mb: int = Field(16, ge=1, le=1024)
    """Size of a file that a program writes, and of all its files together."""
    output_mb: int = Field(8, ge=1, le=256)
    """Size of what a call returns; what is larger must be of builtin types and exactly equal."""
    unsafe_exec: bool = False
    """Run programs without bubblewrap, with limits alone: they can then read and change whatever
    you can. The scores carry a mark."""
