"""The cut is the least of all labellings."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scanpipe.enhance.mask.graph_cut import cut

SHAPE = (3, 4)


def energy(ink: np.ndarray, evidence: np.ndarray, right: np.ndarray, down: np.ndarray, agreement: int) -> int:
    across = (ink[:, :-1] != ink[:, 1:]) & ~right[:, :-1]
    along = (ink[:-1] != ink[1:]) & ~down[:-1]
    return int(-evidence[ink].sum()) + agreement * int(across.sum() + along.sum())


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.int32, SHAPE, elements=st.integers(-20, 20)),
    arrays(np.bool_, SHAPE),
    arrays(np.bool_, SHAPE),
    arrays(np.bool_, SHAPE),
    st.integers(0, 12),
)
def test_no_labelling_of_the_doubtful_pixels_costs_less(
    evidence: np.ndarray, right: np.ndarray, down: np.ndarray, doubtful: np.ndarray, agreement: int
):
    found = cut(evidence, right, down, agreement=agreement, doubtful=doubtful)
    places = np.flatnonzero(doubtful)
    least = 0
    for labels in itertools.product((False, True), repeat=places.size):
        ink = np.zeros(SHAPE, np.bool_)
        ink.ravel()[places] = labels
        least = min(least, energy(ink, evidence, right, down, agreement))
    assert not found[~doubtful].any()
    assert energy(found, evidence, right, down, agreement) == least


def test_a_weak_spot_in_a_stroke_is_bridged_and_a_speck_is_not_ink():
    evidence = np.full((5, 20), -30, np.int32)
    evidence[2:4] = 60
    evidence[2, 10] = -10
    evidence[0, 3] = 60
    none = np.zeros(evidence.shape, np.bool_)
    found = cut(evidence, none, none, agreement=20, doubtful=~none)
    assert found[2:4].all()
    assert not found[0].any()


def test_a_page_without_doubt_is_blank():
    none = np.zeros((4, 4), np.bool_)
    assert not cut(np.full((4, 4), 9, np.int32), none, none, agreement=5, doubtful=none).any()
