"""Circles in a layer of ink: the outlines of round seals, also where writing crosses them or a part is missing.

Each point of an edge votes for the centres that lie in the direction in which it gets darker, at every radius (Hough
transform with the direction of the edge: Kimme, Ballard and Sklansky, Comm. ACM 18, 1975); a centre is believed when
points of its circle are seen in most directions.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.maps.background import Field
from scanpipe.raster import MM_PER_INCH, Pixels
from scanpipe.raster.lengths import px_of

_SOFT = 0.8
_STEEPEST = 12000  # edge points that vote: more would be a page full of writing, where only the steepest tell
_FAINTEST = 12
_CAPPED = 0.5  # of the layer's dark ink: thin and faint outlines vote like bold ones
_EDGE = 0.3  # of the layer's steep edges
_CELL = 2  # pixels a side: centres need not be counted finer, they are fitted afterwards
_MOST = 8
_SECTORS = 36
_ALIGNED = 0.9
_VOTED = 0.2  # of a circumference, to be looked at closely
_OFF_MM = 1.0

Curve = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A circle in pixels of its layer, and the share of its directions in which its outline was seen (0-1)."""

    x: float
    y: float
    radius: float
    coverage: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Edges:
    """Points of edges: places (x, y) and unit directions towards the dark."""

    x: Curve
    y: Curve
    across: Curve
    down: Curve


def circles(layer: Pixels, dpi: float, *, smallest_mm: float, largest_mm: float, coverage: float) -> list[Circle]:
    """Find circles of ink.

    Args:
        layer: (h, w) 0-255, the darkness of the ink.
        dpi: of the layer; about 40 is enough.
        smallest_mm: diameter.
        largest_mm: diameter.
        coverage: share of its directions in which a circle must be seen.
    """
    radii = (np.arange(smallest_mm / 2, largest_mm / 2, 0.7) / MM_PER_INCH * dpi).astype(np.float32)
    edges = _edges(layer)
    if edges.x.size < 2 * radii[0]:
        return []
    room = int(radii[-1]) // _CELL + 2
    votes = _votes(edges, radii, layer.shape, room)
    circles_found: list[Circle] = []
    # A large circle seen in part tells more than a small one: bends of writing make many of those.
    votes *= np.sqrt(radii / radii[-1])[:, None, None]
    for _number in range(_MOST):
        depth, row, column = np.unravel_index(int(votes.argmax()), votes.shape)
        if votes[depth, row, column] < _VOTED * np.sqrt(radii[depth] / radii[-1]):
            break
        circle = _refined(edges, (float(column) - room) * _CELL, (float(row) - room) * _CELL, float(radii[depth]), dpi)
        # The rings of one seal share a centre.
        near = int((0.6 if circle.coverage < coverage else 1.0) * radii[depth]) // _CELL
        votes[:, max(0, row - near) : row + near + 1, max(0, column - near) : column + near + 1] = 0
        if circle.coverage >= coverage:
            circles_found.append(circle)
    return circles_found


def _edges(layer: Pixels) -> _Edges:
    ink = layer[layer > _FAINTEST]
    cap = _CAPPED * float(np.percentile(ink, 75)) if ink.size else 1.0
    soft = cv2.GaussianBlur(np.minimum(layer.astype(np.float32), cap), (0, 0), _SOFT)
    across, down = cv2.Scharr(soft, cv2.CV_32F, 1, 0), cv2.Scharr(soft, cv2.CV_32F, 0, 1)
    steep = cv2.magnitude(across, down)
    bound = _EDGE * float(steep.max())
    places = np.flatnonzero(steep > max(bound, 1e-3))
    if places.size > _STEEPEST:
        places = places[np.argpartition(steep.ravel()[places], -_STEEPEST)[-_STEEPEST:]]
    rows, columns = np.divmod(places, layer.shape[1])
    length = steep.ravel()[places]
    return _Edges(
        x=columns.astype(np.float32),
        y=rows.astype(np.float32),
        across=(across.ravel()[places] / length).astype(np.float32),
        down=(down.ravel()[places] / length).astype(np.float32),
    )


def _votes(edges: _Edges, radii: Curve, shape: tuple[int, ...], room: int) -> Field:
    """Return, for each radius and centre, the votes as a share of the circumference; centres may lie outside."""
    height, width = (side // _CELL + 2 * room + 1 for side in shape)
    votes = np.empty((len(radii), height, width), np.float32)
    for layer, radius in zip(votes, radii, strict=True):
        columns = np.rint((edges.x + radius * edges.across) / _CELL).astype(np.intp) + room
        rows = np.rint((edges.y + radius * edges.down) / _CELL).astype(np.intp) + room
        counted = np.bincount(rows * width + columns, minlength=height * width).reshape(height, width)
        layer[:] = cv2.GaussianBlur(counted.astype(np.float32), (3, 3), 0.6) * np.float32(_CELL**2)
        layer /= np.float32(2 * np.pi * radius)
    return votes


def _refined(edges: _Edges, x: float, y: float, radius: float, dpi: float) -> Circle:
    """Fit the circle to the points that belong to it, and tell in how many directions there are any."""
    off = px_of(_OFF_MM, dpi)
    for _round in range(2):
        on = _on_circle(edges, x, y, radius, off)
        if np.count_nonzero(on) < 8:
            return Circle(x=x, y=y, radius=radius, coverage=0.0)
        # Least squares on x² + y² = 2ax + 2by + c (Kåsa, IEEE Trans. Instrum. Meas. 25, 1976).
        system = np.stack([2 * edges.x[on], 2 * edges.y[on], np.ones(int(np.count_nonzero(on)))], axis=1)
        solved = np.linalg.lstsq(system, edges.x[on] ** 2 + edges.y[on] ** 2, rcond=None)[0]
        if np.hypot(solved[0] - x, solved[1] - y) > 2 * off:
            break
        x, y = float(solved[0]), float(solved[1])
        radius = float(np.sqrt(max(1.0, solved[2] + x * x + y * y)))
    on = _on_circle(edges, x, y, radius, off)
    angles = np.arctan2(edges.y[on] - y, edges.x[on] - x)
    sectors = np.unique(np.floor((angles + np.pi) / (2 * np.pi) * _SECTORS).astype(int) % _SECTORS)
    return Circle(x=x, y=y, radius=radius, coverage=round(sectors.size / _SECTORS, 3))


def _on_circle(edges: _Edges, x: float, y: float, radius: float, off: float) -> NDArray[np.bool_]:
    across, down = x - edges.x, y - edges.y
    squared = across * across + down * down
    near = (squared > (radius - off) ** 2) & (squared < (radius + off) ** 2)
    return np.asarray(near & (across * edges.across + down * edges.down > _ALIGNED * radius), np.bool_)
