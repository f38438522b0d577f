# SPDX-License-Identifier: BSD-3-Clause
"""Layers run on torch's own threads, which otherwise compete with ours for the CPUs.

The threads of torch wait actively for some milliseconds after each of its operators.
"""

import ctypes
import os
import pathlib

import torch

from .. import _core

# The file that exports torch's functions in C, on Linux.
_LIBRARY = "libtorch_cpu.so"


def _addresses() -> tuple[int, int] | None:
    """Return the addresses of torch_parallel_for and torch_get_num_threads; None before 2.10."""
    path = pathlib.Path(torch.__file__).parent / "lib" / _LIBRARY
    try:
        # The library that is loaded, and never a second one.
        library = ctypes.CDLL(str(path), mode=os.RTLD_NOLOAD | os.RTLD_LAZY)
        functions = library.torch_parallel_for, library.torch_get_num_threads
    except (OSError, AttributeError):
        return None
    first, second = (ctypes.cast(f, ctypes.c_void_p).value or 0 for f in functions)
    return first, second


def use_torch(use: bool = True) -> bool:
    """Let the C library use torch's threads from now on, in the whole process, or its own.

    Parameters
    ----------
    use : bool
        False goes back to the library's own threads.

    Returns
    -------
    bool
        Whether torch's threads are used; they are not if torch is older than 2.10.
    """
    addresses = _addresses() if use else None
    _core.threads_use(*(addresses or (0, 0)))
    return addresses is not None
