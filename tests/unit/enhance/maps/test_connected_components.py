import cv2
import numpy as np
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays

from scanpipe.enhance.maps.connected_components import parts_of

maps = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=24))


@given(maps)
def test_parts_are_those_of_opencv(flags: np.ndarray) -> None:
    count, labels, stats = parts_of(flags)
    expected, expected_labels, expected_stats, _centres = cv2.connectedComponentsWithStats(flags, connectivity=8)
    assert count == expected
    assert (labels == expected_labels).all()
    assert (stats[1:] == expected_stats[1:]).all()


def test_a_map_without_parts_has_none() -> None:
    count, labels, stats = parts_of(np.zeros((5, 7), np.bool_))
    assert (count, labels.any(), stats.tolist()) == (1, False, [[0, 0, 0, 0, 0]])
