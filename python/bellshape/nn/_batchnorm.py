# SPDX-License-Identifier: BSD-3-Clause
"""From batch norm to batch normality normalization, and back."""

import warnings
from collections import Counter
from typing import Any

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from ._batch import BatchNormalNorm1d, BatchNormalNorm2d, BatchNormalNorm3d, _BatchNormalNorm

_PAIRS: dict[type, type] = {
    nn.BatchNorm1d: BatchNormalNorm1d,
    nn.BatchNorm2d: BatchNormalNorm2d,
    nn.BatchNorm3d: BatchNormalNorm3d,
}
_BACK: dict[type, type] = {ours: theirs for theirs, ours in _PAIRS.items()}


def convert_batchnorm(module: nn.Module, *, return_count: bool = False, **options: Any) -> Any:
    """Replace every BatchNorm1d, 2d and 3d of a network by the BatchNormalNorm of its kind.

    The new layers have the same parameters and buffers, which are the same tensors, so that an
    optimizer goes on.  Their running_lmbda is 1: in evaluation they give what the old ones gave, to
    rounding, until they are trained.  Subclasses of the three, SyncBatchNorm and lazy modules stay
    as they are, and a warning counts them.  Hooks of a replaced layer are lost.

    Parameters
    ----------
    module : Module
        The network.  It is changed in place, unless it is itself a batch norm.
    return_count : bool, default False
        Whether to return the number of replaced layers, too.
    **options
        noise, alpha, mode and bounds of the new layers, as in `BatchNormalNorm1d`.

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

    Examples
    --------
    >>> from torch import nn
    >>> net, count = convert_batchnorm(nn.Sequential(nn.BatchNorm1d(3)), return_count=True)
    >>> type(net[0]).__name__, count
    ('BatchNormalNorm1d', 1)
    """
    # An option that is wrong is an error also where there is nothing to convert.
    BatchNormalNorm1d(1, **options)
    return _replaced(module, _PAIRS, options, "convert_batchnorm", return_count)


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
    return _replaced(module, _BACK, {}, "revert_batchnorm", return_count)


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
    return _replaced(module, pairs, options, "convert_sync_batchnorm", return_count)


def _replaced(
    module: nn.Module,
    pairs: dict[type, type],
    options: dict[str, Any],
    name: str,
    return_count: bool,
) -> Any:
    """Replace the layers, say what was not, and return what the caller wants."""
    stay = Counter(
        type(m).__name__ for m in module.modules() if type(m) not in pairs and _is_norm(m, pairs)
    )
    done: dict[nn.Module, nn.Module] = {}
    result = _replace(module, pairs, options, done)
    count = sum(old is not new for old, new in done.items())
    if stay or not count:
        kinds = ", ".join(f"{n} {kind}" for kind, n in stay.items())
        found = f"{count} of {count + stay.total()} batch norms were replaced; {kinds} stay"
        warnings.warn(
            f"{name}: {found if stay else 'found no batch norm to replace'}", stacklevel=3
        )
    return (result, count) if return_count else result


def _is_norm(module: nn.Module, pairs: dict[type, type]) -> bool:
    """Tell whether a user may have expected that this module is replaced."""
    if isinstance(module, _BatchNormalNorm):
        return BatchNormalNorm1d in pairs and type(module) not in pairs.values()
    # Some batch norms of other packages, as FrozenBatchNorm2d, are derived from Module alone.
    return (
        nn.BatchNorm1d in pairs
        and type(module) not in pairs.values()
        and (isinstance(module, _BatchNorm) or "BatchNorm" in type(module).__name__)
    )


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
        **options,
    )
    # The batch norms of torch take no argument `bias` before 2.12.
    new.weight, new.bias = old.weight, old.bias
    both = isinstance(old, _BatchNormalNorm) and isinstance(new, _BatchNormalNorm)
    if both:
        for name in ("noise", "alpha", "mode", "bounds"):
            setattr(new, name, getattr(old, name))
    if old.track_running_stats:
        if hasattr(new, "running_lmbda"):
            new.running_lmbda = old.running_lmbda if both else torch.ones_like(old.running_mean)
        new.running_mean, new.running_var = old.running_mean, old.running_var
        new.num_batches_tracked = old.num_batches_tracked
    new.train(old.training)
    return new
