# SPDX-License-Identifier: BSD-3-Clause
"""Networks of torch whose batch norms are converted, and converted back."""

import warnings

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

import bellshape.nn as bn  # noqa: E402

# ---- convert_batchnorm ----


def test_convert_counts():
    net = nn.Sequential(nn.BatchNorm1d(3), nn.Sequential(nn.BatchNorm2d(3), nn.BatchNorm2d(3)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        same, count = bn.convert_batchnorm(net, return_count=True)
    assert same is net and count == 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert bn.revert_batchnorm(net, return_count=True) == (net, 3)


class Act(nn.BatchNorm2d):
    """Batch norm and activation in one, as timm has it."""


class FrozenBatchNorm2d(nn.Module):
    """As in torchvision: not derived from a batch norm."""


@pytest.mark.parametrize(
    "net,text",
    [
        (nn.Sequential(Act(3), Act(3)), "0 of 2 batch norms were replaced; 2 Act stay"),
        (nn.Sequential(Act(3), nn.BatchNorm2d(3)), "1 of 2 .* 1 Act stay"),
        (nn.Sequential(nn.SyncBatchNorm(3)), "0 of 1 .* 1 SyncBatchNorm stay"),
        (nn.Sequential(nn.LazyBatchNorm1d()), "0 of 1 .* 1 LazyBatchNorm1d stay"),
        (nn.Sequential(FrozenBatchNorm2d()), "0 of 1 .* 1 FrozenBatchNorm2d stay"),
        (nn.Sequential(nn.Linear(3, 3)), "found no batch norm"),
        (nn.Sequential(bn.BatchNormalNorm1d(3)), "found no batch norm"),
        (nn.LayerNorm(3), "found no batch norm"),
    ],
)
def test_convert_says_what_stays(net, text):
    with pytest.warns(UserWarning, match=f"convert_batchnorm: {text}"):
        bn.convert_batchnorm(net)


def test_revert_says_what_stays():
    class Own(bn.BatchNormalNorm1d):
        pass

    with pytest.warns(UserWarning, match="revert_batchnorm: 0 of 1 .* 1 Own stay"):
        bn.revert_batchnorm(Own(3))
    with pytest.warns(UserWarning, match="revert_batchnorm: found no batch norm"):
        bn.revert_batchnorm(nn.Linear(3, 3))


def test_a_wrong_option_is_an_error_where_there_is_nothing_to_convert():
    with pytest.raises(TypeError):
        bn.convert_batchnorm(nn.Linear(3, 3), nosie=0.1)
