# SPDX-License-Identifier: BSD-3-Clause
"""The four arms of the experiments: norm layers of torch, and ours with either half or with both.

native     torch's norm layer
noise      the same with the noise of the method, and no transform
transform  the transform, and no noise
both       the method with its defaults
"""

from functools import partial

from torch import nn

import bellshape.nn as bn

ARMS = ("native", "noise", "transform", "both")
OURS = {
    nn.BatchNorm1d: bn.BatchNormalNorm1d,
    nn.BatchNorm2d: bn.BatchNormalNorm2d,
    nn.LayerNorm: bn.LayerNormalNorm,
}
NORMS = (*OURS, *OURS.values())


def norm(arm, native):
    """Return what makes the norm layers of an arm, in place of this class of torch."""
    ours = OURS[native]
    return {
        "native": native,
        "noise": partial(ours, mode="normalize_only"),
        "transform": partial(ours, noise=0),
        "both": ours,
    }[arm]
