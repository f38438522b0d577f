# SPDX-License-Identifier: BSD-3-Clause
"""What is no buffer of floats becomes one: DLPack and Arrow without copies, the rest by NumPy as float64."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _core

if TYPE_CHECKING:
    import numpy as np

MAX_THREADS = 1024
DL_CPU = 1

# Arrow's letters for numbers that NumPy has too
ARROW_NUMBERS = {
    "c": "i1", "C": "u1", "s": "i2", "S": "u2", "i": "i4", "I": "u4", "l": "i8", "L": "u8", "e": "f2", "f": "f4", "g": "f8",
}  # fmt: skip


def threads(n_threads: int) -> int:
    """n_threads, if it is a number of threads: 1 to 1024, or 0 for one each CPU."""
    if isinstance(n_threads, bool) or not hasattr(n_threads, "__index__"):
        raise TypeError(f"n_threads: an int, not {type(n_threads).__name__}")
    if not 0 <= n_threads <= MAX_THREADS:
        raise ValueError(f"n_threads: 0 to {MAX_THREADS}, not {n_threads}")
    return n_threads


def floats(x: Any, name: str = "x") -> np.ndarray:
    """x as a NumPy array of float32 or float64, in the memory of x where its type and place allow it.

    Takes what has numbers: arrays, scalars and lists; `__dlpack__` (on the CPU); `__arrow_c_array__` and
    `__arrow_c_stream__`, where null becomes NaN and a table becomes 2-D, column by column.  Other numbers than float32
    and float64 become float64.  TypeError: no real numbers.
    """
    import numpy as np

    a = array(x, name)
    if a.dtype in (np.float32, np.float64) and a.dtype.isnative and a.flags.aligned and whole_strides(a):
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
    """x if it can be read again and again, as a buffer can, or floats(x): a stream of Arrow ends."""
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
        # a column of pandas that NumPy holds, an array of JAX
        return np.asarray(x)
    if hasattr(x, "reset_index") and hasattr(x, "columns"):
        # pandas makes a column of an index
        x = x.reset_index(drop=True)
    for arrow in ("__arrow_c_array__", "__arrow_c_stream__"):
        if hasattr(x, arrow):
            try:
                capsules = getattr(x, arrow)()
            except ImportError:
                # pandas without pyarrow
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
    """An address as NumPy understands it; keeps its owner alive."""

    def __init__(self, owner: Any, address: int, length: int, letters: str) -> None:
        self.owner = owner
        self.__array_interface__ = {"data": (address, True), "shape": (length,), "typestr": letters, "version": 3}


def view(owner: Any, address: int, length: int, letters: str) -> np.ndarray:
    import numpy as np

    return np.asarray(Memory(owner, address, length, letters)) if length else np.empty(0, letters)


def bits(owner: Any, address: int, first: int, length: int) -> np.ndarray:
    import numpy as np

    packed = view(owner, address, (first + length + 7) // 8, "|u1")
    return np.unpackbits(packed, bitorder="little")[first : first + length].astype(bool)


def from_arrow(capsules: Any, name: str) -> np.ndarray:
    import numpy as np

    arrays = [_core.arrow_array(*capsules)] if isinstance(capsules, tuple) else _core.arrow_stream(capsules)
    if not arrays:
        return np.empty(0)
    chunks: list[np.ndarray] = [
        (table if description[0] == "+s" else column)(owner, description, name) for owner, description in arrays
    ]
    return chunks[0] if len(chunks) == 1 else np.concatenate(chunks)


def table(owner: Any, description: tuple[Any, ...], name: str) -> np.ndarray:
    """A struct of n children as n columns; where it is null, all are NaN."""
    import numpy as np

    _, _, length, nulls, offset, buffers, children = description
    columns = [column(owner, c, f"{name}[{c[1]!r}]")[offset : offset + length] for c in children]
    if nulls != 0 and buffers[0] and length:
        valid = bits(owner, buffers[0], offset, length)
        columns = [np.where(valid, values, np.nan) for values in columns]
    return np.array(columns).T if columns else np.empty((length, 0))


def column(owner: Any, description: tuple[Any, ...], name: str) -> np.ndarray:
    """One array of Arrow."""
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
