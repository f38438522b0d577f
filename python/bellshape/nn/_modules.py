# SPDX-License-Identifier: BSD-3-Clause
"""The modules: torch's norm layers, and what docs/layer.md adds to them."""

import math
import warnings

import torch
from torch import Tensor, nn

from ._operators import check_options, normal_norm, normal_norm_frozen, saved_dtype


class _NormalNorm(nn.Module):
    """Options that all have; statistics of the input at hand."""

    weight: nn.Parameter | None
    bias: nn.Parameter | None

    def __init__(self, eps: float, noise: float, alpha: float, mode: str) -> None:
        super().__init__()
        check_options(mode, noise, alpha, eps)
        self.eps, self.noise, self.alpha, self.mode = float(eps), float(noise), float(alpha), mode

    def _make_weights(self, shape, affine: bool, bias: bool, device, dtype) -> None:
        for name, wanted in (("weight", affine), ("bias", affine and bias)):
            made = torch.empty(shape, device=device, dtype=dtype) if wanted else None
            self.register_parameter(name, None if made is None else nn.Parameter(made))

    def reset_parameters(self) -> None:
        """weight 1, bias 0."""
        if self.weight is not None:
            nn.init.ones_(self.weight)
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def _normalize(
        self,
        input: Tensor,
        groups: int,
        batch: bool = False,
        by_position: bool = False,
    ) -> tuple[Tensor, Tensor]:
        noise = self.noise if self.training else 0.0
        seed = None
        if noise:
            seed = torch.randint(2**63 - 1, (), dtype=torch.int64, device=input.device)
        weight, bias = (None if w is None else w.flatten() for w in (self.weight, self.bias))
        return normal_norm(
            input, weight, bias, seed, groups, batch, by_position, self.mode, noise, self.alpha, self.eps
        )

    def _options(self) -> str:
        return (
            f"eps={self.eps}, noise={self.noise}, alpha={self.alpha}, mode={self.mode!r}, bias={self.bias is not None}"
        )


class _ChannelNormalNorm(_NormalNorm):
    """Batch and instance layers: weights and running statistics for each channel."""

    running_mean: Tensor | None
    running_var: Tensor | None
    running_lmbda: Tensor | None
    num_batches_tracked: Tensor | None
    # numbers of dimensions of an input
    _dims: tuple[int, ...]

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        device,
        dtype,
        bias: bool,
        noise: float,
        alpha: float,
        mode: str,
    ) -> None:
        super().__init__(eps, noise, alpha, mode)
        self.num_features = num_features
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self._make_weights(num_features, affine, bias, device, dtype)
        for name in ("running_mean", "running_var", "running_lmbda"):
            made = torch.empty(num_features, device=device, dtype=dtype)
            self.register_buffer(name, made if track_running_stats else None)
        count = torch.zeros((), dtype=torch.int64, device=device)
        self.register_buffer("num_batches_tracked", count if track_running_stats else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Mean 0, variance 1, lambda 1, no batches: evaluation leaves the input (almost) as it is."""
        if self.track_running_stats:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.running_lmbda.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """weight 1, bias 0, and the running statistics as they were at first."""
        self.reset_running_stats()
        super().reset_parameters()

    def _check_input(self, input: Tensor) -> None:
        if input.dim() not in self._dims:
            expected = " or ".join(f"{n}D" for n in self._dims)
            raise ValueError(f"expected {expected} input (got {input.dim()}D input)")

    def _check_channels(self, input: Tensor) -> None:
        if input.shape[1] != self.num_features:
            raise ValueError(
                f"expected {self.num_features} channels, got {input.shape[1]} in input size {tuple(input.shape)}"
            )

    def _normalize_channels(self, input: Tensor, batch: bool) -> Tensor:
        self._check_channels(input)
        if not self.training and self.running_mean is not None:
            return self._evaluate(input)
        out, saved = self._normalize(input, self.num_features, batch)
        if self.training and self.track_running_stats:
            n = math.prod(input.shape[2:]) * (input.shape[0] if batch else 1)
            self._track(saved, n)
        return out

    def _track(self, saved: Tensor, n: int) -> None:
        """One step of the running statistics, with the means over samples that have their own."""
        self.num_batches_tracked.add_(1)
        mean, variance, lmbda = saved.view(-1, self.num_features, 9).mean(0)[:, :3].unbind(-1)
        for running, new in (
            (self.running_mean, mean),
            (self.running_var, variance * (n / (n - 1))),
            (self.running_lmbda, lmbda),
        ):
            m = self.momentum
            if m is None:
                m = 1 / self.num_batches_tracked.to(running.dtype)
            running.lerp_(new.to(running.dtype), m)

    def _evaluate(self, input: Tensor) -> Tensor:
        kind = saved_dtype(input.device)
        running = (self.running_mean, self.running_var, self.running_lmbda)
        frozen = torch.stack([t.to(kind) for t in running], -1)
        frozen = nn.functional.pad(frozen, (0, 6))
        return normal_norm_frozen(input, self.weight, self.bias, frozen, self.mode, self.eps)

    def _load_from_state_dict(self, state_dict, prefix, *args) -> None:
        # The authors' modules keep one more buffer, which nothing reads, and no count.
        if state_dict.pop(prefix + "running_norm", None) is not None:
            if self.track_running_stats:
                state_dict.setdefault(prefix + "num_batches_tracked", self.num_batches_tracked)
            if self.mode != "compat":
                warnings.warn(
                    f"{prefix}running_norm: weights trained with the authors' code, whose outputs are those of "
                    f"mode='compat'; this module has mode={self.mode!r}",
                    stacklevel=2,
                )
        super()._load_from_state_dict(state_dict, prefix, *args)

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, momentum={self.momentum}, affine={self.affine}, "
            f"track_running_stats={self.track_running_stats}, {self._options()}"
        )


class _BatchNormalNorm(_ChannelNormalNorm):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device=None,
        dtype=None,
        *,
        bias: bool = True,
        noise: float = 0.4,
        alpha: float = 1.0,
        mode: str = "exact",
    ) -> None:
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, device, dtype, bias, noise, alpha, mode
        )

    def forward(self, input: Tensor) -> Tensor:
        self._check_input(input)
        return self._normalize_channels(input, batch=True)


class BatchNormalNorm1d(_BatchNormalNorm):
    """Batch normality normalization of (N, C) or (N, C, L): torch.nn.BatchNorm1d that also straightens and adds noise.

    In training, the values of a channel share mean, variance and lambda; in evaluation these are the running ones,
    or those of the batch if there are none. Arguments as in BatchNorm1d, and

    noise: size of the Gaussian noise in training, in mean absolute deviations of the transformed values; 0: none.
    alpha: factor of the Newton step to lambda; 1 in the paper.
    mode: "exact", "compat" (the authors' code, for weights trained with it) or "plain" (no transform: batch norm).

    state_dict: weight, bias, running_mean, running_var, running_lmbda (each of C values), num_batches_tracked.

    Input float32 or float64 of the type of the weights; float16 and bfloat16, with weights of their own type or
    float32, are computed in float32. Gives a tensor of the same shape, type and strides. Values that are infinite or
    NaN make their channel NaN and are no error.

    ValueError: an input of other dimensions or channels, or of 1 value a channel where statistics are taken from it;
    an argument out of range. TypeError: types that do not go together.

    Eftekhari and Papyan, "On the Importance of Gaussianizing Representations", ICML 2025, arXiv 2505.00685.
    """

    _dims = (2, 3)


class BatchNormalNorm2d(_BatchNormalNorm):
    """Batch normality normalization of (N, C, H, W), channels last or not; otherwise as BatchNormalNorm1d."""

    _dims = (4,)


class BatchNormalNorm3d(_BatchNormalNorm):
    """Batch normality normalization of (N, C, D, H, W), channels last or not; otherwise as BatchNormalNorm1d."""

    _dims = (5,)


class _InstanceNormalNorm(_ChannelNormalNorm):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device=None,
        dtype=None,
        *,
        bias: bool = True,
        noise: float = 0.4,
        alpha: float = 1.0,
        mode: str = "exact",
    ) -> None:
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, device, dtype, bias, noise, alpha, mode
        )

    def forward(self, input: Tensor) -> Tensor:
        self._check_input(input)
        if input.dim() == min(self._dims):
            return self._normalize_channels(input.unsqueeze(0), batch=False).squeeze(0)
        return self._normalize_channels(input, batch=False)


class InstanceNormalNorm1d(_InstanceNormalNorm):
    """Instance normality normalization of (C, L) or (N, C, L): each channel of each sample has its own statistics.

    Arguments as in torch.nn.InstanceNorm1d (so affine=False), and noise, alpha, mode as in BatchNormalNorm1d; so are
    types and errors. Running statistics, if they are tracked, are means over the samples and serve evaluation.
    """

    _dims = (2, 3)


class InstanceNormalNorm2d(_InstanceNormalNorm):
    """Instance normality normalization of (C, H, W) or (N, C, H, W); otherwise as InstanceNormalNorm1d."""

    _dims = (3, 4)


class InstanceNormalNorm3d(_InstanceNormalNorm):
    """Instance normality normalization of (C, D, H, W) or (N, C, D, H, W); otherwise as InstanceNormalNorm1d."""

    _dims = (4, 5)


class GroupNormalNorm(_NormalNorm):
    """Group normality normalization of (N, C, *): num_channels/num_groups channels of a sample share statistics.

    Arguments as in torch.nn.GroupNorm (the authors' code has num_channels first), and noise, alpha, mode as in
    BatchNormalNorm1d; so are types and errors. In evaluation the statistics are the sample's own, too.

    state_dict: weight, bias (each of C values).
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device=None,
        dtype=None,
        *,
        bias: bool = True,
        noise: float = 0.4,
        alpha: float = 1.0,
        mode: str = "exact",
    ) -> None:
        super().__init__(eps, noise, alpha, mode)
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(f"num_groups ({num_groups}) does not divide num_channels ({num_channels})")
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.affine = affine
        self._make_weights(num_channels, affine, bias, device, dtype)
        self.reset_parameters()

    def forward(self, input: Tensor) -> Tensor:
        if input.dim() < 2 or input.shape[1] != self.num_channels:
            raise ValueError(f"expected (N, {self.num_channels}, *), got input size {tuple(input.shape)}")
        return self._normalize(input, self.num_groups)[0]

    def extra_repr(self) -> str:
        return f"{self.num_groups}, {self.num_channels}, affine={self.affine}, {self._options()}"


class LayerNormalNorm(_NormalNorm):
    """Layer normality normalization of (*, *normalized_shape): what has the last dimensions shares statistics.

    Arguments as in torch.nn.LayerNorm, and noise (1 if not given, as in the authors' code), alpha, mode as in
    BatchNormalNorm1d; so are types and errors. In evaluation the statistics are those of the input, too. The
    result is contiguous.

    state_dict: weight, bias (each of normalized_shape).
    """

    def __init__(
        self,
        normalized_shape,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device=None,
        dtype=None,
        *,
        noise: float = 1.0,
        alpha: float = 1.0,
        mode: str = "exact",
    ) -> None:
        super().__init__(eps, noise, alpha, mode)
        if isinstance(normalized_shape, int):
            normalized_shape = (normalized_shape,)
        self.normalized_shape = tuple(normalized_shape)
        self.elementwise_affine = elementwise_affine
        self._make_weights(self.normalized_shape, elementwise_affine, bias, device, dtype)
        self.reset_parameters()

    def forward(self, input: Tensor) -> Tensor:
        own = len(self.normalized_shape)
        if own == 0 or tuple(input.shape[-own:]) != self.normalized_shape:
            raise ValueError(f"expected (*, {str(self.normalized_shape)[1:]}, got input size {tuple(input.shape)}")
        rows = input.reshape(math.prod(input.shape[:-own]), 1, math.prod(self.normalized_shape))
        return self._normalize(rows, 1, by_position=True)[0].view(input.shape)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, elementwise_affine={self.elementwise_affine}, {self._options()}"


# ---- from and to batch norm ----

_PAIRS = {
    nn.BatchNorm1d: BatchNormalNorm1d,
    nn.BatchNorm2d: BatchNormalNorm2d,
    nn.BatchNorm3d: BatchNormalNorm3d,
}
_BACK = {ours: theirs for theirs, ours in _PAIRS.items()}


def convert_batchnorm(module: nn.Module, **options) -> nn.Module:
    """Puts BatchNormalNorm in place of every BatchNorm1d, 2d, 3d of a module; gives the module, or what replaces it.

    The new ones have the same parameters and buffers (the tensors themselves, so an optimizer goes on) and
    running_lmbda = 1: in evaluation they give what they gave before, to rounding, until trained. options: noise,
    alpha, mode. Subclasses, SyncBatchNorm and lazy modules stay as they are; hooks are not taken along.
    """
    return _replace(module, _PAIRS, options, {})


def revert_batchnorm(module: nn.Module) -> nn.Module:
    """The way back from convert_batchnorm.

    running_lmbda is lost, and with it the transform: outputs change unless mode is "plain" or lambda is 1.
    """
    return _replace(module, _BACK, {}, {})


def _replace(module: nn.Module, pairs: dict, options: dict, done: dict) -> nn.Module:
    """done: what has been replaced, since a module may be in several places."""
    if module in done:
        return done[module]
    done[module] = module
    if type(module) in pairs:
        done[module] = _rebuilt(module, pairs[type(module)], options)
        return done[module]
    # named_children() would leave out the second place of a module that has two
    for name, child in module._modules.items():
        if child is not None:
            module._modules[name] = _replace(child, pairs, options, done)
    return module


def _rebuilt(old: nn.Module, kind: type, options: dict) -> nn.Module:
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
        new.to(old.running_mean)
        new.running_mean, new.running_var = old.running_mean, old.running_var
        new.num_batches_tracked = old.num_batches_tracked
    return new.train(old.training)
