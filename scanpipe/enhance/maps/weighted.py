"""Quantiles of values that do not all weigh the same."""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def weighted_quantile(values: Values, weights: Values, share: float) -> float:
    """Return the first value, in order of size, up to which lies that share (0-1) of all weight; 0.5: the median."""
    return float(np.quantile(values, share, weights=weights, method="inverted_cdf"))
