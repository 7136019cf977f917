"""Arguments of MBPP's functions: JSON has no tuples, sets or complex numbers, so they are put back.

Which task takes what is EvalPlus' agreement with its data files (Liu et al. 2023, release 0.3.1);
a file in that layout holds lists in their places.
"""

from collections.abc import Callable, Mapping
from typing import Any

Arguments = list[Any]
"""The positional arguments of one call."""


def with_types(task_id: str, arguments: Arguments) -> Arguments:
    """Give the arguments of a task of MBPP the types that its function takes.

    Raises:
        TypeError: an argument is of another shape than the task's.
        ValueError: so is it, or the task has no number.
        IndexError: there are fewer arguments than the task takes.
    """
    change = CHANGES.get(int(task_id.rpartition("/")[2]))
    return change(arguments) if change else arguments


def _tuples(values: Any) -> list[Any]:
    return [tuple(value) for value in values]


def _deep_tuple(value: Any) -> Any:
    return tuple(map(_deep_tuple, value)) if isinstance(value, list) else value


def _each_a_list_of_tuples(arguments: Arguments) -> Arguments:
    return [_tuples(argument) for argument in arguments]


def _each_a_tuple_of_tuples(arguments: Arguments) -> Arguments:
    return [tuple(_tuples(argument)) for argument in arguments]


def _first_a_list_of_tuples(arguments: Arguments) -> Arguments:
    return [_tuples(arguments[0]), arguments[1]]


def _first_a_tuple(arguments: Arguments) -> Arguments:
    return [tuple(arguments[0]), arguments[1]]


def _second_a_tuple(arguments: Arguments) -> Arguments:
    return [arguments[0], tuple(arguments[1])]


def _first_a_tuple_of_three(arguments: Arguments) -> Arguments:
    return [tuple(arguments[0]), arguments[1], arguments[2]]


def _lists_in_a_tuple_as_tuples(arguments: Arguments) -> Arguments:
    return [tuple(tuple(one) if isinstance(one, list) else one for one in arguments[0])]


def _sets(arguments: Arguments) -> Arguments:
    # what is empty becomes an empty dict, as the task's reference was run
    return [[set(one) if isinstance(one, list) and one else {} for one in arguments[0]]]


def _tuples_in_a_dict(arguments: Arguments) -> Arguments:
    return [{key: tuple(value) for key, value in arguments[0].items()}, *arguments[1:]]


def _float_and_complex(arguments: Arguments) -> Arguments:
    return [float(arguments[0]), complex(arguments[1])]


def _complex(arguments: Arguments) -> Arguments:
    return [complex(arguments[0])]


def _all_tuples(arguments: Arguments) -> Arguments:
    return [_deep_tuple(argument) for argument in arguments]


TASKS: Mapping[Callable[[Arguments], Arguments], tuple[int, ...]] = {
    _tuples: (
        2, 116, 132, 143, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560, 579, 596, 616, 630,
        726, 740, 744, 809,
    ),
    _each_a_list_of_tuples: (
        63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780,
    ),
    _each_a_tuple_of_tuples: (259, 401, 445),
    _first_a_list_of_tuples: (75, 413, 444, 753),
    _first_a_tuple: (250, 405, 446, 617, 720, 763, 808),
    _second_a_tuple: (106, 750),
    _first_a_tuple_of_three: (307,),
    _lists_in_a_tuple_as_tuples: (278,),
    _sets: (115,),
    _tuples_in_a_dict: (722,),
    _float_and_complex: (124,),
    _complex: (252,),
    _all_tuples: (580, 615, 791),
}  # fmt: skip
"""What is done -> the numbers of the tasks whose arguments need it."""

CHANGES = {task: change for change, tasks in TASKS.items() for task in tasks}
