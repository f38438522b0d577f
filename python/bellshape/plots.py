# SPDX-License-Identifier: BSD-3-Clause
"""Pictures of columns and their transforms, and the numbers that they show.

The numbers come from the C library, and need NumPy alone: `histogram` and `qq`.  The displays draw
them with matplotlib (`pip install "bellshape[plot]"`), in the manner of scikit-learn's:
`from_values` and `from_estimator` draw, `ax` says where, and `ax_` and `figure_` are what was drawn
on.
"""

from ._histogram_display import HistogramDisplay
from ._pictures import QQ, Histogram, Profile, histogram, qq
from ._profile_display import ProfileDisplay
from ._qq_display import QQDisplay

__all__ = [
    "QQ",
    "Histogram",
    "HistogramDisplay",
    "Profile",
    "ProfileDisplay",
    "QQDisplay",
    "histogram",
    "qq",
]
