"""The faults a user can cause; anything else is a bug of ours and keeps its traceback."""


class UserError(Exception):
    """A fault shown to the user as one line, with its exit code."""

    code = 2


class ConfigError(UserError):
    """An option, a flag or a config file asks for something that cannot be."""


class DataError(UserError):
    """An input file is not what the step needs: which file and row, what, and what to do."""


class MismatchError(UserError):
    """A check was made and found a difference."""

    code = 1
