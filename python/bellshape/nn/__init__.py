# SPDX-License-Identifier: BSD-3-Clause
"""Normality normalization for PyTorch: norm layers whose outputs are nearer to Gaussian.

B. Eftekhari and V. Papyan, "On the Importance of Gaussianizing Representations", ICML 2025.
docs/nn.md is the manual.
"""

try:
    import torch as _pytorch  # noqa: F401
except ImportError as error:
    raise ImportError('bellshape.nn needs PyTorch: pip install "bellshape[torch]"') from error

from . import functional as functional
from ._activated import (
    BatchNormalNormAct2d,
    GroupNormalNormAct,
    LayerNormalNormAct,
    LayerNormalNormAct2d,
)
from ._batch import BatchNormalNorm1d, BatchNormalNorm2d, BatchNormalNorm3d
from ._batchnorm import convert_batchnorm, convert_sync_batchnorm, revert_batchnorm
from ._decompositions import decompositions
from ._groups import GroupNormalNorm, LayerNormalNorm, LayerNormalNorm2d
from ._instance import InstanceNormalNorm1d, InstanceNormalNorm2d, InstanceNormalNorm3d
from ._lazy import (
    LazyBatchNormalNorm1d,
    LazyBatchNormalNorm2d,
    LazyBatchNormalNorm3d,
    LazyInstanceNormalNorm1d,
    LazyInstanceNormalNorm2d,
    LazyInstanceNormalNorm3d,
)
from ._network import record_statistics, set_noise, update_statistics
from ._norms import convert_groupnorm, convert_instancenorm, convert_layernorm
from ._rms import RMSNormalNorm
from ._statistics import NormStatistics
from ._sync import SyncBatchNormalNorm
from ._threads import use_torch as _use_torch

_use_torch()

__all__ = [
    "BatchNormalNorm1d",
    "BatchNormalNorm2d",
    "BatchNormalNorm3d",
    "BatchNormalNormAct2d",
    "GroupNormalNorm",
    "GroupNormalNormAct",
    "InstanceNormalNorm1d",
    "InstanceNormalNorm2d",
    "InstanceNormalNorm3d",
    "LayerNormalNorm",
    "LayerNormalNorm2d",
    "LayerNormalNormAct",
    "LayerNormalNormAct2d",
    "LazyBatchNormalNorm1d",
    "LazyBatchNormalNorm2d",
    "LazyBatchNormalNorm3d",
    "LazyInstanceNormalNorm1d",
    "LazyInstanceNormalNorm2d",
    "LazyInstanceNormalNorm3d",
    "NormStatistics",
    "RMSNormalNorm",
    "SyncBatchNormalNorm",
    "convert_batchnorm",
    "convert_groupnorm",
    "convert_instancenorm",
    "convert_layernorm",
    "convert_sync_batchnorm",
    "decompositions",
    "record_statistics",
    "revert_batchnorm",
    "set_noise",
    "update_statistics",
]
