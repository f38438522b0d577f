# SPDX-License-Identifier: BSD-3-Clause
"""The arrays that a caller gives for results."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


def check_out(out: Any, shape: tuple[int, ...], kind: Any) -> np.ndarray:
    """Return out, or raise an error unless it is an array that can take a result as it is.

    NumPy must have been imported.
    """
    # Small arrays are many calls, for which each check takes as long as the library.
    numpy: Any = sys.modules["numpy"]
    if type(out) is not numpy.ndarray and (
        not isinstance(out, numpy.ndarray) or isinstance(out, numpy.ma.MaskedArray)
    ):
        raise TypeError(f"out: a NumPy array, not {type(out).__name__}")
    if out.dtype is not kind and out.dtype != kind:
        raise TypeError(f"out: {out.dtype}, but the result is {kind}; give an array of that type")
    if out.shape != shape:
        raise ValueError(f"out: of shape {out.shape}, but the result has {shape}")
    if not out.flags.writeable:
        raise ValueError("out: the array is read-only")
    array: np.ndarray = out
    return array


def takes_directly(out: np.ndarray, *inputs: np.ndarray) -> bool:
    """Tell whether the library may write to out while it reads the inputs.

    It takes arrays in C order, and an input may be out itself, but not overlap it otherwise.
    """
    flags = out.flags
    if not (flags.c_contiguous and flags.aligned):
        return False
    share: Any = sys.modules["numpy"].may_share_memory
    return all(a is out or not share(out, a) or same_place(out, a) for a in inputs)


def same_place(a: np.ndarray, b: np.ndarray) -> bool:
    """Tell whether each element of a lies where that of b does."""
    addresses = [x.__array_interface__["data"][0] for x in (a, b)]
    return addresses[0] == addresses[1] and (a.strides, a.dtype) == (b.strides, b.dtype)


def deliver(made: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Return out, into which the result is copied unless it was made there."""
    if made is not out:
        out[...] = made
    return out
