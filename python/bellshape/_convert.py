# SPDX-License-Identifier: BSD-3-Clause
"""Makes a buffer of floats of what is none: of DLPack and Arrow without a copy, else by NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _core

if TYPE_CHECKING:
    import numpy as np

# kDLCPU in dlpack.h
DL_CPU = 1

# The types of numbers that Arrow and NumPy both have: Arrow's format string, NumPy's type.
ARROW_NUMBERS = {
    "c": "i1",
    "C": "u1",
    "s": "i2",
    "S": "u2",
    "i": "i4",
    "I": "u4",
    "l": "i8",
    "L": "u8",
    "e": "f2",
    "f": "f4",
    "g": "f8",
}


def floats(x: Any, name: str = "x") -> np.ndarray:
    """Return x as a NumPy array of float32 or float64.

    The array lies in the memory of x where the type and the alignment of x allow that.  x may be an
    array, a scalar or a list; may have `__dlpack__` (on the CPU); or `__arrow_c_array__` or
    `__arrow_c_stream__`, where null becomes NaN and a table becomes 2-D, column by column.  Other
    numbers than float32 and float64 become float64.  Raises TypeError, with a text that begins with
    `name`, if x does not hold real numbers.
    """
    import numpy as np

    a = array(x, name)
    if (
        a.dtype in (np.float32, np.float64)
        and a.dtype.isnative
        and a.flags.aligned
        and whole_strides(a)
    ):
        return a
    if a.dtype.kind in "biuf" or a.dtype == object:
        kind = np.float32 if a.dtype == np.dtype("f4").newbyteorder() else np.float64
        try:
            return a.astype(kind)
        except (TypeError, ValueError) as error:
            raise TypeError(f"{name}: {error}") from None
        except OverflowError as error:
            raise ValueError(f"{name}: {error}") from None
    raise TypeError(f"{name}: real numbers, not {a.dtype}")


def kept(x: Any, name: str = "x") -> Any:
    """Return x if it can be read many times, as a buffer can; else floats(x), as a stream ends."""
    try:
        memoryview(x)
    except (BufferError, TypeError, ValueError):
        return floats(x, name)
    return x


def whole_strides(a: np.ndarray) -> bool:
    return all(stride % a.itemsize == 0 for stride in a.strides)


def array(x: Any, name: str) -> np.ndarray:
    import numpy as np

    if isinstance(x, np.ma.MaskedArray):
        return np.where(np.ma.getmaskarray(x), np.nan, x.data)
    if isinstance(x, np.ndarray):
        return x
    if isinstance(getattr(x, "dtype", None), np.dtype):
        # This is a column of pandas that NumPy holds, or an array of JAX.
        return np.asarray(x)
    if hasattr(x, "reset_index") and hasattr(x, "columns"):
        # Otherwise pandas would make a column of the index.
        x = x.reset_index(drop=True)
    for arrow in ("__arrow_c_array__", "__arrow_c_stream__"):
        if hasattr(x, arrow):
            try:
                capsules = getattr(x, arrow)()
            except ImportError:
                # pandas has the method, but needs PyArrow for it.
                continue
            return from_arrow(capsules, name)
    if hasattr(x, "__dlpack__"):
        return from_dlpack(x, name)
    if x is None:
        raise TypeError(f"{name}: real numbers, not None")
    return np.asarray(x)


def from_dlpack(x: Any, name: str) -> np.ndarray:
    import numpy as np

    try:
        if x.__dlpack_device__()[0] == DL_CPU:
            return np.from_dlpack(x)
    except (BufferError, RuntimeError, TypeError, ValueError) as error:
        raise TypeError(f"{name}: {error}") from None
    raise TypeError(f"{name}: lies on another device; copy it to the CPU first")


class Memory:
    """An address in a form that NumPy reads.  It keeps its owner alive."""

    def __init__(self, owner: Any, address: int, length: int, letters: str) -> None:
        self.owner = owner
        self.__array_interface__ = {
            "data": (address, True),
            "shape": (length,),
            "typestr": letters,
            "version": 3,
        }


def view(owner: Any, address: int, length: int, letters: str) -> np.ndarray:
    import numpy as np

    return np.asarray(Memory(owner, address, length, letters)) if length else np.empty(0, letters)


def bits(owner: Any, address: int, first: int, length: int) -> np.ndarray:
    """Return bits first .. first + length - 1 of a bitmap as booleans."""
    import numpy as np

    packed = view(owner, address, (first + length + 7) // 8, "|u1")
    return np.unpackbits(packed, bitorder="little")[first : first + length].astype(bool)


def from_arrow(capsules: Any, name: str) -> np.ndarray:
    import numpy as np

    arrays = (
        [_core.arrow_array(*capsules)]
        if isinstance(capsules, tuple)
        else _core.arrow_stream(capsules)
    )
    if not arrays:
        return np.empty(0)
    chunks: list[np.ndarray] = [
        (table if description[0] == "+s" else column)(owner, description, name)
        for owner, description in arrays
    ]
    return chunks[0] if len(chunks) == 1 else np.concatenate(chunks)


def table(owner: Any, description: tuple[Any, ...], name: str) -> np.ndarray:
    """Return a struct of n children as n columns; all are NaN where the struct is null."""
    import numpy as np

    _, _, length, nulls, offset, buffers, children = description
    columns = [column(owner, c, f"{name}[{c[1]!r}]")[offset : offset + length] for c in children]
    if nulls != 0 and buffers[0] and length:
        valid = bits(owner, buffers[0], offset, length)
        columns = [np.where(valid, values, np.nan) for values in columns]
    return np.array(columns).T if columns else np.empty((length, 0))


def column(owner: Any, description: tuple[Any, ...], name: str) -> np.ndarray:
    """Return one array of numbers or booleans; NaN where it is null."""
    import numpy as np

    letter, _, length, nulls, offset, buffers, _ = description
    if letter == "n":
        return np.full(length, np.nan)
    if letter == "b":
        values = bits(owner, buffers[1], offset, length) if length else np.empty(0, bool)
    elif letter in ARROW_NUMBERS:
        letters = np.dtype(ARROW_NUMBERS[letter]).str
        values = view(owner, (buffers[1] or 0) + offset * int(letters[2:]), length, letters)
    else:
        raise TypeError(f"{name}: real numbers, not Arrow's type {letter!r}")
    if nulls == 0 or not buffers[0] or not length:
        return values
    kind = values.dtype if values.dtype.kind == "f" else np.float64
    return np.where(bits(owner, buffers[0], offset, length), values, np.nan).astype(kind)
