# SPDX-License-Identifier: BSD-3-Clause
"""Normality normalization for JAX: norm layers whose outputs are nearer to Gaussian.

B. Eftekhari and V. Papyan, "On the Importance of Gaussianizing Representations", ICML 2025.
docs/jax.md is the manual.  bellshape.jax.nnx has modules for Flax.
"""

try:
    import jax as _jax  # noqa: F401
except ImportError as error:
    raise ImportError('bellshape.jax needs JAX: pip install "bellshape[jax]"') from error

from ._functions import (
    batch_normal_norm,
    evaluate_normal_norm,
    group_normal_norm,
    instance_normal_norm,
    layer_normal_norm,
    rms_normal_norm,
)
from ._layer import NormStatistics

__all__ = [
    "NormStatistics",
    "batch_normal_norm",
    "evaluate_normal_norm",
    "group_normal_norm",
    "instance_normal_norm",
    "layer_normal_norm",
    "rms_normal_norm",
]
