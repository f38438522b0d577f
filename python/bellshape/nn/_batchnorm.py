# SPDX-License-Identifier: BSD-3-Clause
"""From batch norm to batch normality normalization, and back."""

from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from ._activated import known, take_activation
from ._batch import BatchNormalNorm1d, BatchNormalNorm2d, BatchNormalNorm3d, _BatchNormalNorm
from ._replace import Rules, Where, replaced

_PAIRS: dict[type, type] = {
    nn.BatchNorm1d: BatchNormalNorm1d,
    nn.BatchNorm2d: BatchNormalNorm2d,
    nn.BatchNorm3d: BatchNormalNorm3d,
}
_BACK: dict[type, type] = {ours: theirs for theirs, ours in _PAIRS.items()}


def convert_batchnorm(
    module: nn.Module, *, where: Where = None, return_count: bool = False, **options: Any
) -> Any:
    """Replace every BatchNorm1d, 2d and 3d of a network by the BatchNormalNorm of its kind.

    The new layers have the same parameters and buffers, which are the same tensors, so that an
    optimizer goes on.  Their running_lmbda is 1: in evaluation they give what the old ones gave, to
    rounding, until they are trained.  timm's BatchNormAct2d is replaced with its activation.  Other
    subclasses of the three, SyncBatchNorm and lazy modules stay as they are, and a warning counts
    them.  Hooks of a replaced layer are lost.

    Parameters
    ----------
    module : Module
        The network.  It is changed in place, unless it is itself a batch norm.
    where : callable or None, default None
        Takes the name of a layer in the network and the layer, and tells whether to replace it;
        None replaces all.
    return_count : bool, default False
        Whether to return the number of replaced layers, too.
    **options
        noise, noise_kind, alpha, mode and bounds of the new layers, as in `BatchNormalNorm1d`.

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
        If no layer was replaced, or some batch norms stay.

    See Also
    --------
    revert_batchnorm : The way back.
    convert_layernorm, convert_groupnorm, convert_instancenorm : The same for other layers.

    Examples
    --------
    >>> from torch import nn
    >>> net, count = convert_batchnorm(nn.Sequential(nn.BatchNorm1d(3)), return_count=True)
    >>> type(net[0]).__name__, count
    ('BatchNormalNorm1d', 1)
    """
    # An option that is wrong is an error also where there is nothing to convert.
    BatchNormalNorm1d(1, **options)
    rules = _rules("convert_batchnorm", _PAIRS, options)
    return replaced(module, rules, where, return_count)


def revert_batchnorm(module: nn.Module, *, return_count: bool = False) -> Any:
    """Replace every BatchNormalNorm of a network by the batch norm of its kind.

    running_lmbda is lost, and the transform with it: outputs change, unless the mode is
    "normalize_only" or lambda is 1.

    Parameters
    ----------
    module : Module
        The network.  It is changed in place, unless it is itself a BatchNormalNorm.
    return_count : bool, default False
        Whether to return the number of replaced layers, too.

    Returns
    -------
    Module, or (Module, int) if `return_count` is True
        The network, or the layer that replaces it; and how many layers were replaced.

    Warns
    -----
    UserWarning
        If no layer was replaced, or some stay: subclasses of the three.

    See Also
    --------
    convert_batchnorm : The way there.

    Examples
    --------
    >>> type(revert_batchnorm(BatchNormalNorm1d(3))).__name__
    'BatchNorm1d'
    """
    return replaced(module, _rules("revert_batchnorm", _BACK, {}), None, return_count)


def convert_sync_batchnorm(
    module: nn.Module, process_group: Any = None, *, return_count: bool = False
) -> Any:
    """Replace every batch layer of a network by the one whose batch several processes share.

    A BatchNormalNorm becomes a `SyncBatchNormalNorm` with the same options, and a BatchNorm of
    torch a `torch.nn.SyncBatchNorm`.  Parameters and buffers are the same tensors.  Hooks of a
    replaced layer are lost.

    Parameters
    ----------
    module : Module
        The network.  It is changed in place, unless it is itself a batch layer.
    process_group : ProcessGroup or None, default None
        The processes that share a batch; None is the default group of torch.distributed.
    return_count : bool, default False
        Whether to return the number of replaced layers, too.

    Returns
    -------
    Module, or (Module, int) if `return_count` is True
        The network, or the layer that replaces it; and how many layers were replaced.

    Warns
    -----
    UserWarning
        If no layer was replaced, or some batch norms stay, as subclasses do.

    Examples
    --------
    >>> type(convert_sync_batchnorm(BatchNormalNorm1d(3))).__name__
    'SyncBatchNormalNorm'
    """
    from ._sync import SyncBatchNormalNorm

    ours = dict.fromkeys(_BACK, SyncBatchNormalNorm)
    pairs = {**ours, **dict.fromkeys(_PAIRS, nn.SyncBatchNorm)}
    options = {"process_group": process_group}
    return replaced(module, _rules("convert_sync_batchnorm", pairs, options), None, return_count)


def _rules(name: str, pairs: dict[type, type], options: dict[str, Any]) -> Rules:
    return Rules(
        name,
        "batch norm",
        partial(_rebuilt, pairs=pairs, options=options),
        partial(_is_norm, pairs=pairs),
    )


def _is_norm(module: nn.Module, pairs: dict[type, type]) -> bool:
    """Tell whether a user may have expected that this module is replaced."""
    if type(module) in pairs:
        return True
    if isinstance(module, _BatchNormalNorm):
        return BatchNormalNorm1d in pairs and type(module) not in pairs.values()
    # Some batch norms of other packages, as FrozenBatchNorm2d, are derived from Module alone.
    return (
        nn.BatchNorm1d in pairs
        and type(module) not in pairs.values()
        and (isinstance(module, _BatchNorm) or "BatchNorm" in type(module).__name__)
    )


def _rebuilt(old: Any, pairs: dict[type, type], options: dict[str, Any]) -> nn.Module | None:
    kind: Any = pairs.get(type(old)) or (known(old) if pairs is _PAIRS else None)
    if kind is None:
        return None
    new = kind(
        old.num_features,
        old.eps,
        old.momentum,
        old.affine,
        old.track_running_stats,
        **options,
    )
    # The batch norms of torch take no argument `bias` before 2.12.
    new.weight, new.bias = old.weight, old.bias
    both = isinstance(old, _BatchNormalNorm) and isinstance(new, _BatchNormalNorm)
    if both:
        for name in ("noise", "alpha", "mode", "bounds", "noise_kind"):
            setattr(new, name, getattr(old, name))
    if old.track_running_stats:
        if hasattr(new, "running_lmbda"):
            new.running_lmbda = old.running_lmbda if both else torch.ones_like(old.running_mean)
        new.running_mean, new.running_var = old.running_mean, old.running_var
        new.num_batches_tracked = old.num_batches_tracked
    take_activation(new, old)
    return new
