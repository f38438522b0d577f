# SPDX-License-Identifier: BSD-3-Clause
"""From batch norm to batch normality normalization, and back."""

from typing import Any

import torch
from torch import nn

from ._batch import BatchNormalNorm1d, BatchNormalNorm2d, BatchNormalNorm3d

_PAIRS: dict[type, type] = {
    nn.BatchNorm1d: BatchNormalNorm1d,
    nn.BatchNorm2d: BatchNormalNorm2d,
    nn.BatchNorm3d: BatchNormalNorm3d,
}
_BACK: dict[type, type] = {ours: theirs for theirs, ours in _PAIRS.items()}


def convert_batchnorm(module: nn.Module, **options: Any) -> nn.Module:
    """Replace every BatchNorm1d, 2d and 3d of a network by the BatchNormalNorm of its kind.

    The new layers have the same parameters and buffers, which are the same tensors, so that an
    optimizer goes on.  Their running_lmbda is 1: in evaluation they give what the old ones gave, to
    rounding, until they are trained.  Subclasses of the three, SyncBatchNorm and lazy modules stay
    as they are.  Hooks of a replaced layer are lost.

    Parameters
    ----------
    module : Module
        The network.  It is changed in place, unless it is itself a batch norm.
    **options
        noise, alpha and mode of the new layers, as in `BatchNormalNorm1d`.

    Returns
    -------
    Module
        The network, or the layer that replaces it.

    Raises
    ------
    ValueError
        If an option is out of range.
    TypeError
        If there is no such option.

    See Also
    --------
    revert_batchnorm : The way back.

    Examples
    --------
    >>> from torch import nn
    >>> type(convert_batchnorm(nn.BatchNorm1d(3), noise=0.2)).__name__
    'BatchNormalNorm1d'
    """
    return _replace(module, _PAIRS, options, {})


def revert_batchnorm(module: nn.Module) -> nn.Module:
    """Replace every BatchNormalNorm of a network by the batch norm of its kind.

    running_lmbda is lost, and the transform with it: outputs change, unless the mode is
    "normalize_only" or lambda is 1.

    Parameters
    ----------
    module : Module
        The network.  It is changed in place, unless it is itself a BatchNormalNorm.

    Returns
    -------
    Module
        The network, or the layer that replaces it.

    See Also
    --------
    convert_batchnorm : The way there.

    Examples
    --------
    >>> revert_batchnorm(BatchNormalNorm1d(3))
    BatchNorm1d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
    """
    return _replace(module, _BACK, {}, {})


def _replace(
    module: nn.Module,
    pairs: dict[type, type],
    options: dict[str, Any],
    done: dict[nn.Module, nn.Module],
) -> nn.Module:
    """Return what takes the place of a module.

    `done` has what has been replaced, since a module may be in several places.
    """
    if module in done:
        return done[module]
    done[module] = module
    if type(module) in pairs:
        done[module] = _rebuilt(module, pairs[type(module)], options)
        return done[module]
    # named_children() would leave out the second place of a module that has two.
    for name, child in module._modules.items():
        if child is not None:
            module._modules[name] = _replace(child, pairs, options, done)
    return module


def _rebuilt(old: Any, kind: Any, options: dict[str, Any]) -> Any:
    new = kind(
        old.num_features,
        old.eps,
        old.momentum,
        old.affine,
        old.track_running_stats,
        bias=old.bias is not None,
        **options,
    )
    new.weight, new.bias = old.weight, old.bias
    if old.track_running_stats:
        if hasattr(new, "running_lmbda"):
            new.running_lmbda = torch.ones_like(old.running_mean)
        new.running_mean, new.running_var = old.running_mean, old.running_var
        new.num_batches_tracked = old.num_batches_tracked
    new.train(old.training)
    return new
