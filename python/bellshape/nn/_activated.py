# SPDX-License-Identifier: BSD-3-Clause
"""Norm, dropout and activation in one module, as timm has them.

The names in the state dict are those of timm's modules.  A conversion lets them keep `drop` and
`act` of the layer that was replaced.
"""

import inspect
from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from ._base import NormalNorm
from ._batch import BatchNormalNorm2d
from ._docs import documented
from ._groups import GroupNormalNorm, LayerNormalNorm, LayerNormalNorm2d


class _Activated(NormalNorm):
    def __init__(
        self,
        *args: Any,
        apply_act: bool = True,
        act_layer: Callable[..., nn.Module] | None = nn.ReLU,
        act_kwargs: dict[str, Any] | None = None,
        inplace: bool = True,
        drop_layer: Callable[[], nn.Module] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.drop = nn.Identity() if drop_layer is None else drop_layer()
        self.act: nn.Module = nn.Identity()
        if apply_act and act_layer is not None:
            given = dict(act_kwargs or {})
            # As in timm: activations that can work in place do.
            if inplace and "inplace" in inspect.signature(act_layer).parameters:
                given.setdefault("inplace", True)
            self.act = act_layer(**given)

    def _forward(self, input: Tensor) -> Tensor:
        out: Tensor = self.act(self.drop(super()._forward(input)))
        return out


@documented(
    "Dropout and an activation follow: the arguments after those of BatchNormalNorm2d are timm's.",
    like="timm's BatchNormAct2d",
)
class BatchNormalNormAct2d(_Activated, BatchNormalNorm2d):
    """Batch normality normalization of (N, C, H, W), and an activation.

    Examples
    --------
    >>> import torch
    >>> norm = BatchNormalNormAct2d(3, act_layer=torch.nn.SiLU)
    >>> norm(torch.randn(8, 3, 5, 5)).shape
    torch.Size([8, 3, 5, 5])
    """


@documented(
    "Dropout and an activation follow: the arguments after those of GroupNormalNorm are timm's.",
    like="timm's GroupNormAct",
)
class GroupNormalNormAct(_Activated, GroupNormalNorm):
    """Group normality normalization of (N, C, *), and an activation.

    Examples
    --------
    >>> import torch
    >>> norm = GroupNormalNormAct(2, 4, act_layer=torch.nn.SiLU)
    >>> norm(torch.randn(8, 4, 5, 5)).shape
    torch.Size([8, 4, 5, 5])
    """


@documented(
    "Dropout and an activation follow: the arguments after those of LayerNormalNorm are timm's.",
    like="timm's LayerNormAct",
)
class LayerNormalNormAct(_Activated, LayerNormalNorm):
    """Layer normality normalization of (*, *normalized_shape), and an activation.

    Examples
    --------
    >>> import torch
    >>> norm = LayerNormalNormAct(6, act_layer=torch.nn.SiLU)
    >>> norm(torch.randn(8, 6)).shape
    torch.Size([8, 6])
    """


@documented(
    "Dropout and an activation follow: the arguments after those of LayerNormalNorm2d are timm's.",
    like="timm's LayerNormAct2d",
)
class LayerNormalNormAct2d(_Activated, LayerNormalNorm2d):
    """Layer normality normalization of (N, C, H, W) over the channels, and an activation.

    Examples
    --------
    >>> import torch
    >>> norm = LayerNormalNormAct2d(3, act_layer=torch.nn.SiLU)
    >>> norm(torch.randn(8, 3, 5, 5)).shape
    torch.Size([8, 3, 5, 5])
    """


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
