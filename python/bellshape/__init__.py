# SPDX-License-Identifier: BSD-3-Clause
"""Makes data bell-shaped: maximum-likelihood Yeo-Johnson, its sketches, moments, normal samples."""

from . import _core

__all__ = ["backend"]
__version__: str = _core.version


def backend() -> str:
    """The instruction set in use: "avx512", "avx2", "scalar", "plain" or "neon".

    The environment variable BELLSHAPE_BACKEND chooses one by name before the first computation; RuntimeError if
    this machine cannot run it. All but "plain" give the same bits.
    """
    return _core.backend()
