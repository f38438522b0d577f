# SPDX-License-Identifier: BSD-3-Clause
"""From the layer, group and instance norms of torch to those of this package."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn.modules.instancenorm import _InstanceNorm

from ._activated import known, take_activation
from ._base import NormalNorm
from ._groups import GroupNormalNorm, LayerNormalNorm, LayerNormalNorm2d
from ._instance import InstanceNormalNorm1d, InstanceNormalNorm2d, InstanceNormalNorm3d
from ._replace import Rules, Where, replaced

_INSTANCE: dict[type, type] = {
    nn.InstanceNorm1d: InstanceNormalNorm1d,
    nn.InstanceNorm2d: InstanceNormalNorm2d,
    nn.InstanceNorm3d: InstanceNormalNorm3d,
}


def convert_layernorm(
    module: nn.Module, *, where: Where = None, return_count: bool = False, **options: Any
) -> Any:
    """Replace every LayerNorm of a network by a LayerNormalNorm.

    The new layers have the same parameters, which are the same tensors.  They take lambda from
    their input in evaluation, too: outputs change at once.  The layer norms of timm and
    torchvision, those over channels and those with an activation among them, are replaced as well.
    Other subclasses stay as they are, and a warning counts them.  Hooks of a replaced layer are
    lost.

    Parameters
    ----------
    module : Module
        The network.  It is changed in place, unless it is itself a layer norm.
    where : callable or None, default None
        Takes the name of a layer in the network and the layer, and tells whether to replace it;
        None replaces all.
    return_count : bool, default False
        Whether to return the number of replaced layers, too.
    **options
        noise, alpha and mode of the new layers, as in `LayerNormalNorm`.

    Returns
    -------
    Module, or (Module, int) if `return_count` is True
        The network, or the layer that replaces it; and how many layers were replaced.  A layer that
        is in several places counts once.

    Raises
    ------
    ValueError
        If an option is out of range.
    TypeError
        If there is no such option.

    Warns
    -----
    UserWarning
        If no layer was replaced, or some layer norms stay.

    Examples
    --------
    >>> from torch import nn
    >>> net, count = convert_layernorm(nn.Sequential(nn.LayerNorm(3)), return_count=True)
    >>> type(net[0]).__name__, count
    ('LayerNormalNorm', 1)
    """
    LayerNormalNorm(1, **options)
    rules = _rules("layer", "LayerNorm", nn.LayerNorm, partial(_layer, options=options))
    return replaced(module, rules, where, return_count)


def convert_groupnorm(
    module: nn.Module, *, where: Where = None, return_count: bool = False, **options: Any
) -> Any:
    """Replace every GroupNorm of a network by a GroupNormalNorm.

    The new layers have the same parameters, which are the same tensors.  They take lambda from
    their input in evaluation, too: outputs change at once.  The group norms of timm are replaced as
    well, with their activations.  Other subclasses stay as they are, and a warning counts them.
    Hooks of a replaced layer are lost.

    Parameters
    ----------
    module : Module
        The network.  It is changed in place, unless it is itself a group norm.
    where : callable or None, default None
        Takes the name of a layer in the network and the layer, and tells whether to replace it;
        None replaces all.
    return_count : bool, default False
        Whether to return the number of replaced layers, too.
    **options
        noise, alpha and mode of the new layers, as in `GroupNormalNorm`.

    Returns
    -------
    Module, or (Module, int) if `return_count` is True
        The network, or the layer that replaces it; and how many layers were replaced.  A layer that
        is in several places counts once.

    Raises
    ------
    ValueError
        If an option is out of range.
    TypeError
        If there is no such option.

    Warns
    -----
    UserWarning
        If no layer was replaced, or some group norms stay.

    Examples
    --------
    >>> from torch import nn
    >>> type(convert_groupnorm(nn.Sequential(nn.GroupNorm(2, 4)))[0]).__name__
    'GroupNormalNorm'
    """
    GroupNormalNorm(1, 1, **options)
    rules = _rules("group", "GroupNorm", nn.GroupNorm, partial(_group, options=options))
    return replaced(module, rules, where, return_count)


def convert_instancenorm(
    module: nn.Module, *, where: Where = None, return_count: bool = False, **options: Any
) -> Any:
    """Replace every InstanceNorm1d, 2d and 3d of a network by the InstanceNormalNorm of its kind.

    The new layers have the same parameters and buffers, which are the same tensors.  With running
    statistics their running_lmbda is 1, and evaluation gives what it gave until they are trained;
    without, they take lambda from their input, and outputs change at once.  Subclasses and lazy
    modules stay as they are, and a warning counts them.  Hooks of a replaced layer are lost.

    Parameters
    ----------
    module : Module
        The network.  It is changed in place, unless it is itself an instance norm.
    where : callable or None, default None
        Takes the name of a layer in the network and the layer, and tells whether to replace it;
        None replaces all.
    return_count : bool, default False
        Whether to return the number of replaced layers, too.
    **options
        noise, alpha, mode and bounds of the new layers, as in `InstanceNormalNorm1d`.

    Returns
    -------
    Module, or (Module, int) if `return_count` is True
        The network, or the layer that replaces it; and how many layers were replaced.  A layer that
        is in several places counts once.

    Raises
    ------
    ValueError
        If an option is out of range.
    TypeError
        If there is no such option.

    Warns
    -----
    UserWarning
        If no layer was replaced, or some instance norms stay.

    Examples
    --------
    >>> from torch import nn
    >>> type(convert_instancenorm(nn.Sequential(nn.InstanceNorm1d(4)))[0]).__name__
    'InstanceNormalNorm1d'
    """
    InstanceNormalNorm1d(1, **options)
    rules = _rules("instance", "InstanceNorm", _InstanceNorm, partial(_instance, options=options))
    return replaced(module, rules, where, return_count)


def _rules(kind: str, word: str, base: type, make: Callable[[Any], nn.Module | None]) -> Rules:
    def expected(module: nn.Module) -> bool:
        # Some norms of other packages are derived from Module alone.
        similar = isinstance(module, base) or word in type(module).__name__
        return similar and not isinstance(module, NormalNorm)

    return Rules(f"convert_{kind}norm", f"{kind} norm", make, expected)


def _layer(old: Any, options: dict[str, Any]) -> nn.Module | None:
    kind: Any = LayerNormalNorm if type(old) is nn.LayerNorm else known(old)
    if kind is None:
        return None
    over_channels = issubclass(kind, LayerNormalNorm2d)
    shape = old.normalized_shape[0] if over_channels else old.normalized_shape
    new = kind(shape, old.eps, old.elementwise_affine, **options)
    return _same_weights(new, old)


def _group(old: Any, options: dict[str, Any]) -> nn.Module | None:
    kind: Any = GroupNormalNorm if type(old) is nn.GroupNorm else known(old)
    if kind is None:
        return None
    return _same_weights(
        kind(old.num_groups, old.num_channels, old.eps, old.affine, **options), old
    )


def _instance(old: Any, options: dict[str, Any]) -> nn.Module | None:
    kind: Any = _INSTANCE.get(type(old))
    if kind is None:
        return None
    tracks = old.track_running_stats
    new = kind(old.num_features, old.eps, old.momentum, old.affine, tracks, **options)
    if tracks:
        new.running_lmbda = torch.ones_like(old.running_mean)
        new.running_mean, new.running_var = old.running_mean, old.running_var
        new.num_batches_tracked = old.num_batches_tracked
    return _same_weights(new, old)


def _same_weights(new: nn.Module, old: nn.Module) -> nn.Module:
    new.weight, new.bias = old.weight, old.bias
    take_activation(new, old)
    return new
