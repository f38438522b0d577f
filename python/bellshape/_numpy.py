# SPDX-License-Identifier: BSD-3-Clause
"""NumPy, which is imported only where it is needed, or an error that says how to get it."""

try:
    import numpy as np
except ImportError as error:
    raise ImportError('this needs NumPy: pip install "bellshape[numpy]"') from error

__all__ = ["np"]
