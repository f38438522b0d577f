# SPDX-License-Identifier: BSD-3-Clause
"""Normality normalization for PyTorch: norm layers whose outputs are nearer to Gaussian (docs/nn.md).

Eftekhari and Papyan, "On the Importance of Gaussianizing Representations", ICML 2025.
"""

try:
    import torch as _torch  # noqa: F401
except ImportError as error:
    raise ImportError("bellshape.nn needs PyTorch: pip install torch") from error

from ._modules import (
    BatchNormalNorm1d,
    BatchNormalNorm2d,
    BatchNormalNorm3d,
    GroupNormalNorm,
    InstanceNormalNorm1d,
    InstanceNormalNorm2d,
    InstanceNormalNorm3d,
    LayerNormalNorm,
    convert_batchnorm,
    revert_batchnorm,
)

__all__ = [
    "BatchNormalNorm1d",
    "BatchNormalNorm2d",
    "BatchNormalNorm3d",
    "GroupNormalNorm",
    "InstanceNormalNorm1d",
    "InstanceNormalNorm2d",
    "InstanceNormalNorm3d",
    "LayerNormalNorm",
    "convert_batchnorm",
    "revert_batchnorm",
]
