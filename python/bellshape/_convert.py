# SPDX-License-Identifier: BSD-3-Clause
"""Makes a buffer of floats of what is none: of DLPack and Arrow without a copy, else by NumPy."""

from __future__ import annotations

import sys
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

# Tables that are distributed or not computed yet, by package and class, and how to get their parts.
NOT_IN_MEMORY = {
    ("dask", "DataFrame"): "X.partitions[i].compute() for each i",
    ("dask", "Series"): "X.partitions[i].compute() for each i",
    ("dask", "Array"): "X.blocks[i].compute() for each i",
    ("duckdb", "DuckDBPyRelation"): "the batches of X.to_arrow_reader()",
    ("polars", "LazyFrame"): "the frames of X.collect_batches()",
    ("pyspark", "DataFrame"): "tables of some rows of X.toLocalIterator() each",
    ("ray", "Dataset"): 'the tables of X.iter_batches(batch_format="pyarrow")',
}

# What reads them where they are.
OURS = {
    "dask": "bellshape.dask.PowerTransformer",
    "pyspark": "bellshape.spark.PowerTransformer",
    "ray": "bellshape.ray.PowerTransformer",
}


def floats(x: Any, name: str = "x") -> np.ndarray:
    """Return x as a NumPy array of float32 or float64.

    The array lies in the memory of x where the type and the alignment of x allow that.  x may be an
    array, a scalar or a list; may have `__dlpack__` (on the CPU); or `__arrow_c_array__` or
    `__arrow_c_stream__`, where null becomes NaN and a table becomes 2-D, column by column.  Other
    numbers than float32 and float64 become float64.  Raises TypeError, with a text that begins with
    `name`, if x does not hold real numbers.
    """
    from ._numpy import np

    a = array(x, name)
    if (
        a.dtype in (np.float32, np.float64)
        and a.dtype.isnative
        and a.flags.aligned
        and whole_strides(a)
    ):
        return a
    if a.dtype.kind in "biuf" or a.dtype == object:
        # Byte order and alignment do not change the type.
        kind = np.float32 if a.dtype.newbyteorder("=") == np.float32 else np.float64
        try:
            return a.astype(kind)
        except (TypeError, ValueError) as error:
            raise TypeError(f"{name}: {error}") from None
        except OverflowError as error:
            raise ValueError(f"{name}: {error}") from None
    raise TypeError(f"{name}: real numbers, not {a.dtype}")


def refuse_lazy(x: Any) -> None:
    """Raise TypeError if x is no table in memory: NumPy would load all of it, or misunderstand."""
    for base in type(x).__mro__:
        package = base.__module__.partition(".")[0].lstrip("_").removesuffix("_expr")
        parts = NOT_IN_MEMORY.get((package, base.__name__))
        if parts:
            ours = OURS.get(package, "bellshape.fit_batches() and transform_batches()")
            raise TypeError(
                f"X: a {base.__name__} of {package} is not in memory; use {ours}, or give "
                f"partial_fit() and transform() its parts one by one: {parts}"
            )


def is_plain(x: Any) -> bool:
    """Tell whether x is an array, not of 0 dimensions, that floats(x) returns, and in C order.

    Small arrays are many calls, for which floats() takes longer than the library.
    """
    np = sys.modules.get("numpy")
    if np is None or type(x) is not np.ndarray or not x.ndim:
        return False
    kind, flags = x.dtype, x.flags
    return kind.char in "fd" and kind.isnative and flags.c_contiguous and flags.aligned


def known_table(x: Any) -> Any:
    """Return x, or what scikit-learn knows in its place.

    Of Arrow it knows the tables of PyArrow, but not record batches, streams and structs.  Floats of
    the other byte order would become float64.  What is not in memory is refused.
    """
    from ._numpy import np

    refuse_lazy(x)
    if isinstance(x, np.ndarray) and x.dtype.kind == "f" and not x.dtype.isnative:
        return x.astype(x.dtype.newbyteorder("="))
    if not hasattr(x, "__arrow_c_array__") and (
        not hasattr(x, "__arrow_c_stream__") or hasattr(x, "columns")
    ):
        return x
    check_pointers(x)
    try:
        import pyarrow

        return pyarrow.table(x)
    except (ImportError, TypeError, ValueError):
        return x
    except MemoryError:
        raise
    except Exception as error:
        raise named(error, "X") from error


def check_pointers(x: Any) -> None:
    """Raise TypeError if an array of Arrow lacks pointers: PyArrow would follow them and crash."""
    if not hasattr(x, "__arrow_c_array__"):
        return
    try:
        _core.arrow_array(*x.__arrow_c_array__())
    except ImportError:
        # The object needs PyArrow itself, and has none.
        return
    except MemoryError:
        raise
    except Exception as error:
        raise named(error, "X") from error


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
    from ._numpy import np

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
                return from_arrow(getattr(x, arrow)(), name)
            except ImportError:
                # pandas has the method, but needs PyArrow for it.
                continue
            except MemoryError:
                raise
            except Exception as error:
                raise named(error, name) from error
    if hasattr(x, "__dlpack__"):
        return from_dlpack(x, name)
    if x is None:
        raise TypeError(f"{name}: real numbers, not None")
    return np.asarray(x)


def named(error: Exception, name: str) -> TypeError:
    """Return what to raise where an object does not keep to the protocol that it offers."""
    text = str(error)
    if isinstance(error, TypeError) and text.startswith(name):
        return error
    return TypeError(f"{name}: {type(error).__name__}: {text}")


def from_dlpack(x: Any, name: str) -> np.ndarray:
    from ._numpy import np

    try:
        if x.__dlpack_device__()[0] == DL_CPU:
            return np.from_dlpack(x)
    except MemoryError:
        raise
    except Exception as error:
        raise named(error, name) from error
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
    from ._numpy import np

    return np.asarray(Memory(owner, address, length, letters)) if length else np.empty(0, letters)


def bits(owner: Any, address: int, first: int, length: int) -> np.ndarray:
    """Return bits first .. first + length - 1 of a bitmap as booleans."""
    from ._numpy import np

    packed = view(owner, address, (first + length + 7) // 8, "|u1")
    return np.unpackbits(packed, bitorder="little")[first : first + length].astype(bool)


def from_arrow(capsules: Any, name: str) -> np.ndarray:
    from ._numpy import np

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


def check_place(length: int, offset: int, name: str) -> None:
    if length < 0 or offset < 0:
        raise TypeError(f"{name}: an Arrow array of length {length} at offset {offset}")


def address(buffers: list[int], name: str) -> int:
    """Return where the values of an array lie that has some."""
    if len(buffers) < 2 or not buffers[1]:
        raise TypeError(f"{name}: an Arrow array without a buffer of values")
    return buffers[1]


def table(owner: Any, description: tuple[Any, ...], name: str) -> np.ndarray:
    """Return a struct of n children as n columns; all are NaN where the struct is null."""
    from ._numpy import np

    _, _, length, nulls, offset, buffers, children = description
    check_place(length, offset, name)
    columns = [column(owner, c, f"{name}[{c[1]!r}]")[offset : offset + length] for c in children]
    if nulls != 0 and length and buffers and buffers[0]:
        valid = bits(owner, buffers[0], offset, length)
        columns = [np.where(valid, values, np.nan) for values in columns]
    return np.array(columns).T if columns else np.empty((length, 0))


def column(owner: Any, description: tuple[Any, ...], name: str) -> np.ndarray:
    """Return one array of numbers or booleans; NaN where it is null."""
    from ._numpy import np

    letter, _, length, nulls, offset, buffers, _ = description
    check_place(length, offset, name)
    if letter == "n":
        return np.full(length, np.nan)
    if letter == "b":
        values = (
            bits(owner, address(buffers, name), offset, length) if length else np.empty(0, bool)
        )
    elif letter in ARROW_NUMBERS:
        letters = np.dtype(ARROW_NUMBERS[letter]).str
        first = address(buffers, name) if length else 0
        values = view(owner, first + offset * int(letters[2:]), length, letters)
    else:
        raise TypeError(f"{name}: real numbers, not Arrow's type {letter!r}")
    if nulls == 0 or not length or not buffers[0]:
        return values
    kind = values.dtype if values.dtype.kind == "f" else np.float64
    return np.where(bits(owner, buffers[0], offset, length), values, np.nan).astype(kind)
