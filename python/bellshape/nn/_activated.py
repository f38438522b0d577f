# SPDX-License-Identifier: BSD-3-Clause
"""Norm, dropout and activation in one module, as timm has them.

The names in the state dict are those of timm's modules.  `drop` and `act` are the modules of the
layer that was replaced.
"""

from torch import Tensor, nn

from ._base import NormalNorm
from ._batch import BatchNormalNorm2d
from ._groups import GroupNormalNorm, LayerNormalNorm, LayerNormalNorm2d


class _Activated(NormalNorm):
    drop: nn.Module
    act: nn.Module

    def _forward(self, input: Tensor) -> Tensor:
        out: Tensor = self.act(self.drop(super()._forward(input)))
        return out


class BatchNormalNormAct2d(_Activated, BatchNormalNorm2d):
    """timm's BatchNormAct2d."""


class GroupNormalNormAct(_Activated, GroupNormalNorm):
    """timm's GroupNormAct."""


class LayerNormalNormAct(_Activated, LayerNormalNorm):
    """timm's LayerNormAct."""


class LayerNormalNormAct2d(_Activated, LayerNormalNorm2d):
    """timm's LayerNormAct2d."""


# The classes of other packages that are a norm of torch, or that and an activation: package, name.
# The first class is what serves, the second what they are derived from.
PLAIN: dict[tuple[str, str], type] = {
    ("timm", "LayerNorm"): LayerNormalNorm,
    ("timm", "LayerNorm2d"): LayerNormalNorm2d,
    ("torchvision", "LayerNorm2d"): LayerNormalNorm2d,
    ("timm", "GroupNorm"): GroupNormalNorm,
    ("timm", "GroupNorm1"): GroupNormalNorm,
}
ACTIVATED: dict[tuple[str, str], type] = {
    ("timm", "BatchNormAct2d"): BatchNormalNormAct2d,
    ("timm", "GroupNormAct"): GroupNormalNormAct,
    ("timm", "GroupNorm1Act"): GroupNormalNormAct,
    ("timm", "LayerNormAct"): LayerNormalNormAct,
    ("timm", "LayerNormAct2d"): LayerNormalNormAct2d,
}


def known(module: nn.Module) -> type | None:
    """Return our class for a module of a package that is known, None for any other."""
    kind = type(module)
    key = kind.__module__.partition(".")[0], kind.__name__
    return PLAIN.get(key) or ACTIVATED.get(key)


def take_activation(new: nn.Module, old: nn.Module) -> None:
    """Let a layer that has an activation have that of the old one."""
    if isinstance(new, _Activated):
        new.drop, new.act = old.drop, old.act
