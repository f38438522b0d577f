# SPDX-License-Identifier: BSD-3-Clause
"""What is done to all layers of a network at once: running statistics, noise."""

import contextlib
import functools
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from ._base import ChannelNormalNorm, NormalNorm
from ._checks import check_noise
from ._replace import Where
from ._statistics import NormStatistics


def set_noise(module: nn.Module, noise: float, *, where: Where = None) -> int:
    """Set the size of the noise of all layers of a network.

    A compiled network reads the new value without being compiled again, but for the step from noise
    to none and back.

    Parameters
    ----------
    module : Module
        The network; a compiled one, too.
    noise : float
        The size of the noise in training, as in `BatchNormalNorm1d`; 0 adds none.
    where : callable or None, default None
        Takes the name of a layer in the network and the layer, and tells whether to set its noise;
        None sets all.

    Returns
    -------
    int
        The number of layers whose noise was set.

    Raises
    ------
    ValueError
        If noise is not a number of at least 0; nothing is set then.

    Warns
    -----
    UserWarning
        If there is no such layer.

    Examples
    --------
    >>> from torch import nn
    >>> import bellshape.nn as bn
    >>> set_noise(nn.Sequential(bn.BatchNormalNorm1d(3), bn.LayerNormalNorm(3)), 0.1)
    2
    """
    check_noise(noise)
    count = 0
    for name, layer in module.named_modules():
        if isinstance(layer, NormalNorm) and (where is None or where(name, layer)):
            layer.noise = noise
            count += 1
    if not count:
        warnings.warn("set_noise: found no layer with noise", stacklevel=2)
    return count


@contextlib.contextmanager
def record_statistics(
    module: nn.Module, *, where: Where = None
) -> Iterator[dict[str, NormStatistics]]:
    """Keep the statistics of the calls of all layers of a network, while a `with` block runs.

    Parameters
    ----------
    module : Module
        The network.
    where : callable or None, default None
        Takes the name of a layer in the network and the layer, and tells whether to keep its
        statistics; None keeps all.

    Returns
    -------
    context manager of a dict of str to NormStatistics
        By the name of each layer that was called, the means, standard deviations and lambdas of the
        groups in its last call: those of its input, or the running ones where it took these.  They
        have no gradient.

    Notes
    -----
    A compiled network is compiled once more for this.

    Examples
    --------
    >>> import torch
    >>> from torch import nn
    >>> import bellshape.nn as bn
    >>> net = nn.Sequential(nn.Linear(4, 3), bn.BatchNormalNorm1d(3))
    >>> with record_statistics(net) as found:
    ...     out = net(torch.randn(8, 4))
    >>> found["1"].lmbda.shape
    torch.Size([3])
    """
    found: dict[str, NormStatistics] = {}
    layers = [
        (name, layer)
        for name, layer in module.named_modules()
        if isinstance(layer, NormalNorm) and (where is None or where(name, layer))
    ]
    before = [layer._record for _, layer in layers]
    try:
        for name, layer in layers:
            layer._record = functools.partial(found.__setitem__, name)
        yield found
    finally:
        for (_, layer), record in zip(layers, before, strict=True):
            layer._record = record


def update_statistics(
    loader: Iterable[Any],
    module: nn.Module,
    device: torch.device | str | None = None,
    *,
    noise: bool = True,
) -> int:
    """Compute the running statistics of a network anew, as means over the batches of a loader.

    It is `torch.optim.swa_utils.update_bn` for the layers of this package, instance layers among
    them, and the batch norms of torch.  Weights that were averaged or loaded need statistics of
    their own.  All modules are in training mode meanwhile, dropout too; nothing has gradients.  A
    layer that sees no batch keeps its statistics.

    Parameters
    ----------
    loader : iterable
        The batches: inputs of the network, or lists and tuples whose first element is one.
    module : Module
        The network.
    device : torch.device, str or None, default None
        Where inputs are brought first; None leaves them where they are.
    noise : bool, default True
        Whether layers add their noise, as in training.  False takes the statistics of what
        evaluation sees, in which there is none.

    Returns
    -------
    int
        The number of batches.

    Raises
    ------
    ValueError
        If the loader has no batch.

    Warns
    -----
    UserWarning
        If the network has no running statistics; the loader is not read then.

    Notes
    -----
    After an error, whether it is of this function, of the loader or of the network, all statistics
    are what they were.

    Examples
    --------
    >>> import torch
    >>> import bellshape.nn as bn
    >>> norm = bn.BatchNormalNorm1d(3)
    >>> update_statistics([torch.randn(8, 3) + 5 for _ in range(4)], norm)
    4
    >>> bool((norm.running_mean > 4).all())
    True
    """
    layers: list[Any] = [m for m in module.modules() if _tracks(m)]
    if not layers:
        warnings.warn("update_statistics: found no running statistics", stacklevel=2)
        return 0
    before = [[b.clone() for b in m.buffers(recurse=False)] for m in layers]
    training = [(m, m.training) for m in module.modules()]
    momentums = [m.momentum for m in layers]
    noises = [(m, m.noise) for m in module.modules() if isinstance(m, NormalNorm)]
    count = 0
    try:
        for m in layers:
            m.reset_running_stats()
            m.momentum = None
        for m, _ in noises if not noise else ():
            m.noise = 0.0
        count = _run(loader, module.train(), device)
    finally:
        for m, mode in training:
            m.training = mode
        for m, size in noises if not noise else ():
            m.noise = size
        for m, momentum, old in zip(layers, momentums, before, strict=True):
            m.momentum = momentum
            if not count or not m.num_batches_tracked:
                _restore(m, old)
    if not count:
        raise ValueError("loader: no batches; an iterator that has ended cannot be read again")
    return count


def _tracks(module: nn.Module) -> bool:
    # Instance norms of torch do not know means over batches.
    return (
        isinstance(module, (ChannelNormalNorm, _BatchNorm))
        and module.track_running_stats
        and module.running_mean is not None
    )


@torch.no_grad()
def _run(loader: Iterable[Any], module: nn.Module, device: torch.device | str | None) -> int:
    count = 0
    for batch in loader:
        input = batch[0] if isinstance(batch, (list, tuple)) else batch
        module(input if device is None else input.to(device))
        count += 1
    return count


def _restore(module: nn.Module, old: list[Tensor]) -> None:
    for buffer, value in zip(module.buffers(recurse=False), old, strict=True):
        buffer.copy_(value)
