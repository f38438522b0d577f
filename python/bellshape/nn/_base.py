# SPDX-License-Identifier: BSD-3-Clause
"""What the modules have in common: options, weights and running statistics."""

import math
import warnings
from typing import Any

import torch
from torch import Tensor, nn

from ._checks import check_options
from ._operators import normal_norm, normal_norm_frozen
from ._statistics import pack_running, unpack


class NormalNorm(nn.Module):
    """A module with the options that all have.  It takes the statistics from its input."""

    weight: nn.Parameter | None
    bias: nn.Parameter | None

    def __init__(self, eps: float, noise: float, alpha: float, mode: str) -> None:
        super().__init__()
        check_options(mode, noise, alpha, eps)
        self.eps, self.noise, self.alpha, self.mode = float(eps), float(noise), float(alpha), mode

    def _make_weights(
        self, shape: Any, affine: bool, bias: bool, device: Any, dtype: torch.dtype | None
    ) -> None:
        for name, wanted in (("weight", affine), ("bias", affine and bias)):
            made = torch.empty(shape, device=device, dtype=dtype) if wanted else None
            self.register_parameter(name, None if made is None else nn.Parameter(made))

    def reset_parameters(self) -> None:
        """Set weight to 1 and bias to 0."""
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
        result: tuple[Tensor, Tensor] = normal_norm(
            input,
            weight,
            bias,
            seed,
            groups,
            batch,
            by_position,
            self.mode,
            noise,
            self.alpha,
            self.eps,
        )
        return result

    def _options(self) -> str:
        return (
            f"eps={self.eps}, noise={self.noise}, alpha={self.alpha}, mode={self.mode!r}, "
            f"bias={self.bias is not None}"
        )


class ChannelNormalNorm(NormalNorm):
    """A module with weights and running statistics for each channel."""

    running_mean: Tensor | None
    running_var: Tensor | None
    running_lmbda: Tensor | None
    num_batches_tracked: Tensor | None
    # The numbers of dimensions that an input may have.
    _dims: tuple[int, ...]

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        device: Any,
        dtype: torch.dtype | None,
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
        """Set the running mean to 0, the variance and lambda to 1, and the count of batches to 0.

        Evaluation then leaves the input (almost) as it is.
        """
        if self.track_running_stats:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.running_lmbda.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """Set weight to 1, bias to 0, and the running statistics to what they were at first."""
        self.reset_running_stats()
        super().reset_parameters()

    def _check_input(self, input: Tensor) -> None:
        if input.dim() not in self._dims:
            expected = " or ".join(f"{n}D" for n in self._dims)
            raise ValueError(f"expected {expected} input (got {input.dim()}D input)")

    def _check_channels(self, input: Tensor) -> None:
        if input.shape[1] != self.num_features:
            raise ValueError(
                f"expected {self.num_features} channels, got {input.shape[1]} "
                f"in input size {tuple(input.shape)}"
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
        """Move the running statistics by one step.

        Where each sample has statistics of its own, their means count.  n is the number of values
        in a group.
        """
        self.num_batches_tracked.add_(1)
        found = unpack(saved.view(-1, self.num_features, saved.shape[-1]).mean(0))
        for running, new in (
            (self.running_mean, found.mean),
            (self.running_var, found.variance * (n / (n - 1))),
            (self.running_lmbda, found.lmbda),
        ):
            m = (
                1 / self.num_batches_tracked.to(running.dtype)
                if self.momentum is None
                else self.momentum
            )
            running.lerp_(new.to(running.dtype), m)

    def _evaluate(self, input: Tensor) -> Tensor:
        frozen = pack_running(self.running_mean, self.running_var, self.running_lmbda)
        out: Tensor = normal_norm_frozen(input, self.weight, self.bias, frozen, self.mode, self.eps)
        return out

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *args: Any) -> None:
        # The modules of the authors keep one more buffer, which nothing reads, and no count.
        if state_dict.pop(prefix + "running_norm", None) is not None:
            if self.track_running_stats:
                state_dict.setdefault(prefix + "num_batches_tracked", self.num_batches_tracked)
            if self.mode != "compat":
                warnings.warn(
                    f"{prefix}running_norm: weights trained with the authors' code, whose outputs "
                    f"are those of mode='compat'; this module has mode={self.mode!r}",
                    stacklevel=2,
                )
        super()._load_from_state_dict(state_dict, prefix, *args)

    def extra_repr(self) -> str:
        """Describe the arguments, as repr() shows them.

        Returns
        -------
        str
            The arguments with their values.
        """
        return (
            f"{self.num_features}, momentum={self.momentum}, affine={self.affine}, "
            f"track_running_stats={self.track_running_stats}, {self._options()}"
        )
