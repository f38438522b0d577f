# SPDX-License-Identifier: BSD-3-Clause
"""scikit-learn's own checks of an estimator, none of them expected to fail.

Their data have zeros, which Box-Cox cannot take in scikit-learn's class either: tests of our own
serve that method.
"""

from sklearn.utils.estimator_checks import parametrize_with_checks

from bellshape import PowerTransformer


@parametrize_with_checks([PowerTransformer(), PowerTransformer(standardize=False, n_threads=2)])
def test_scikit_learn(estimator, check):
    check(estimator)
