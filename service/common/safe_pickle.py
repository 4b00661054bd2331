"""Read a pickle without running it.

A pickle is a program for a small stack machine, and Python's own reader lets it call anything. This one
knows the instructions that plain data needs, and calls only the functions it is given. It is written out,
instead of restricting pickle.Unpickler, because that one would still set attributes on what it finds.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any

from service.common.errors import WeightsError

# A state dict takes about 60 instructions a tensor; the largest model of the list has a thousand tensors.
_MOST_STEPS = 5_000_000
_MARK = object()


@dataclass(frozen=True)
class Named:
    """What stands for a name that the pickle uses, before it is called; a persistent id may hold one."""

    value: Any


_CONSTANTS: dict[str, Any] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_LITERALS = {
    "BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT",
    "BINUNICODE", "SHORT_BINUNICODE", "BINSTRING", "SHORT_BINSTRING", "SHORT_BINBYTES", "BINBYTES",
}  # fmt: skip
_EMPTY: dict[str, Callable[[], Any]] = {"EMPTY_DICT": dict, "EMPTY_LIST": list, "EMPTY_TUPLE": tuple}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_IGNORED = {"PROTO", "FRAME"}


def read_pickle(
    file: IO[bytes], *, makers: Mapping[tuple[str, str], Any], persistent: Callable[[Any], Any] | None = None
) -> Any:
    """The value of the pickle at the file's position, which is then behind it.

    makers: what stands for (module, name) in it; called when the pickle calls that.
    persistent: makes a value of a persistent id.
    Lists, dicts and tuples may hold themselves. Raises WeightsError for anything else in it.
    """
    machine = _Machine(makers, persistent)
    try:
        for steps, (opcode, argument, _) in enumerate(pickletools.genops(file)):
            if steps > _MOST_STEPS:
                raise WeightsError("The pickle is longer than that of any model.")
            if opcode.name == "STOP":
                return machine.pop()
            machine.step(opcode.name, argument)
    except WeightsError:
        raise
    # Whatever a crafted stack may bring: too few values, an unhashable key, a maker's own complaint.
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, MemoryError, RecursionError) as error:
        raise WeightsError(f"The pickle is damaged: {error}") from error
    raise WeightsError("The pickle has no end.")


class _Machine:
    """The stack and the memo; `step` follows one instruction."""

    def __init__(self, makers: Mapping[tuple[str, str], Any], persistent: Callable[[Any], Any] | None) -> None:
        self._makers = makers
        self._persistent = persistent
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}

    def pop(self) -> Any:
        value = self._stack.pop()
        if value is _MARK:
            raise ValueError("a mark where a value should be")
        return value

    def step(self, name: str, argument: Any) -> None:
        if name in _LITERALS:
            self._stack.append(argument)
        elif name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name])
        elif name in _EMPTY:
            self._stack.append(_EMPTY[name]())
        elif name in _TUPLES:
            self._stack.append(tuple(self._take(_TUPLES[name])))
        elif name not in _IGNORED:
            method = getattr(self, f"_{name.lower()}", None)
            if method is None:
                raise WeightsError(f"The pickle does more than hold weights (instruction {name}).")
            method(argument)

    def _take(self, count: int) -> list[Any]:
        return [self.pop() for _ in range(count)][::-1]

    def _take_to_mark(self) -> list[Any]:
        values = []
        while (value := self._stack.pop()) is not _MARK:
            values.append(value)
        return values[::-1]

    def _mark(self, _: Any) -> None:
        self._stack.append(_MARK)

    def _pop(self, _: Any) -> None:
        self._stack.pop()

    def _tuple(self, _: Any) -> None:
        self._stack.append(tuple(self._take_to_mark()))

    def _append(self, _: Any) -> None:
        (value,) = self._take(1)
        self._top(list).append(value)

    def _appends(self, _: Any) -> None:
        values = self._take_to_mark()
        self._top(list).extend(values)

    def _setitem(self, _: Any) -> None:
        key, value = self._take(2)
        self._top(dict)[key] = value

    def _setitems(self, _: Any) -> None:
        values = self._take_to_mark()
        self._top(dict).update(zip(values[::2], values[1::2], strict=True))

    def _top(self, kind: type[Any]) -> Any:
        if type(self._stack[-1]) is not kind:
            raise ValueError(f"values are added to no {kind.__name__}")
        return self._stack[-1]

    def _binput(self, index: int) -> None:
        self._memo[index] = self._stack[-1]

    _long_binput = _binput

    def _memoize(self, _: Any) -> None:
        self._memo[len(self._memo)] = self._stack[-1]

    def _binget(self, index: int) -> None:
        self._stack.append(self._memo[index])

    _long_binget = _binget

    def _global(self, argument: str) -> None:
        module, _, name = argument.partition(" ")
        self._find(module, name)

    def _stack_global(self, _: Any) -> None:
        self._find(*self._take(2))

    def _find(self, module: Any, name: Any) -> None:
        maker = self._makers.get((module, name))
        if maker is None:
            raise WeightsError(f"The pickle wants {module}.{name}, which has no place among weights.")
        self._stack.append(Named(maker))

    def _reduce(self, _: Any) -> None:
        maker, arguments = self._take(2)
        if type(maker) is not Named or type(arguments) is not tuple:
            raise ValueError("it calls what is no function")
        self._stack.append(maker.value(*arguments))

    def _build(self, _: Any) -> None:
        """Attributes of an object (torch keeps versions of layers there) are not needed."""
        self.pop()

    def _binpersid(self, _: Any) -> None:
        if self._persistent is None:
            raise ValueError("a persistent id where none belongs")
        self._stack.append(self._persistent(self.pop()))
