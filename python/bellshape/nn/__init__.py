# SPDX-License-Identifier: BSD-3-Clause
"""Normality normalization for PyTorch: norm layers whose outputs are nearer to Gaussian.

B. Eftekhari and V. Papyan, "On the Importance of Gaussianizing Representations", ICML 2025.
docs/nn.md is the manual.
"""

try:
    import torch as _pytorch  # noqa: F401
except ImportError as error:
    raise ImportError('bellshape.nn needs PyTorch: pip install "bellshape[torch]"') from error

from ._batch import BatchNormalNorm1d, BatchNormalNorm2d, BatchNormalNorm3d
from ._batchnorm import convert_batchnorm, convert_sync_batchnorm, revert_batchnorm
from ._decompositions import decompositions
from ._groups import GroupNormalNorm, LayerNormalNorm, LayerNormalNorm2d
from ._instance import InstanceNormalNorm1d, InstanceNormalNorm2d, InstanceNormalNorm3d
from ._network import set_noise, update_statistics
from ._norms import convert_groupnorm, convert_instancenorm, convert_layernorm
from ._sync import SyncBatchNormalNorm
from ._threads import use_torch as _use_torch

_use_torch()

__all__ = [
    "BatchNormalNorm1d",
    "BatchNormalNorm2d",
    "BatchNormalNorm3d",
    "GroupNormalNorm",
    "InstanceNormalNorm1d",
    "InstanceNormalNorm2d",
    "InstanceNormalNorm3d",
    "LayerNormalNorm",
    "LayerNormalNorm2d",
    "SyncBatchNormalNorm",
    "convert_batchnorm",
    "convert_groupnorm",
    "convert_instancenorm",
    "convert_layernorm",
    "convert_sync_batchnorm",
    "decompositions",
    "revert_batchnorm",
    "set_noise",
    "update_statistics",
]
