"""The exact minimum of a two-label energy on a grid: which pixels are ink when neighbours would rather agree.

Two search trees, one from each label, grow towards each other; where they meet, flow is pushed, and what the push cuts
off is adopted again (Boykov and Kolmogorov, IEEE TPAMI 26, 2004). Only the pixels in doubt become nodes.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scanpipe.enhance.maps.background import Flags
from scanpipe.jit_cache import compiled

_FREE, _FROM_INK, _FROM_PAPER = 0, 1, 2
# A node's parent is the neighbour in a direction 0-3 (left, right, up, down; `direction ^ 1` is the way back) or:
_TERMINAL, _ORPHAN, _NONE = 4, 5, 6

Labels = NDArray[np.uint8]
Costs = NDArray[np.int32]
Evidence = NDArray[np.int16]


class _Graph(NamedTuple):
    """Residual capacities: to the four neighbours, and to the terminals (positive: ink, negative: paper)."""

    neighbour: Costs
    residual: Costs
    terminal: Costs


class _Forest(NamedTuple):
    """The search trees, the ring of nodes that may still grow, the ring of orphans, and their ends."""

    tree: Labels
    parent: Labels
    stamp: Costs
    distance: Costs
    waiting: Labels
    active: Costs
    orphans: Costs
    ends: NDArray[np.int64]  # active: first, end; orphans: first, end; the time


def cut(evidence: Evidence, apart_right: Flags, apart_down: Flags, *, agreement: int, doubtful: Flags) -> Flags:
    """Return which pixels are ink at the minimum of the energy.

    Args:
        evidence: (h, w) what is gained by calling a pixel ink; negative: paper.
        apart_right: (h, w) where a pixel may differ from its right neighbour at no cost.
        apart_down: (h, w) the same for the neighbour below.
        agreement: the cost of differing elsewhere.
        doubtful: (h, w) the pixels that may be ink; all others are paper.
    """
    nodes = np.flatnonzero(doubtful).astype(np.int32)
    ink = np.zeros(doubtful.shape, np.bool_)
    if nodes.size:
        number = np.full(doubtful.shape, -1, np.int32)
        number.ravel()[nodes] = np.arange(nodes.size, dtype=np.int32)
        graph = _linked(nodes, number, evidence, apart_right, apart_down, agreement)
        _settle(graph)
        ink.ravel()[nodes] = _divided(graph) == _FROM_INK
    return ink


@compiled()
def _linked(
    nodes: Costs, number: Costs, evidence: Evidence, apart_right: Flags, apart_down: Flags, agreement: int
) -> _Graph:
    """Link each node to its neighbours; neighbours that are no nodes are paper and weigh on the node itself."""
    height, width = number.shape
    neighbour = np.full((nodes.size, 4), -1, np.int32)
    residual = np.zeros((nodes.size, 4), np.int32)
    terminal = np.zeros(nodes.size, np.int32)
    for node in range(nodes.size):
        y, x = nodes[node] // width, nodes[node] % width
        total = np.int32(evidence[y, x])
        for direction in range(4):
            down, right = (0, 0, -1, 1)[direction], (-1, 1, 0, 0)[direction]
            if not (0 <= y + down < height and 0 <= x + right < width):
                continue
            apart = apart_down[min(y, y + down), x] if down else apart_right[y, min(x, x + right)]
            if apart:
                continue
            other = number[y + down, x + right]
            if other < 0:
                total -= agreement
            else:
                neighbour[node, direction], residual[node, direction] = other, agreement
        terminal[node] = total
    return _Graph(neighbour, residual, terminal)


@compiled()
def _settle(graph: _Graph) -> None:
    """Push what flows over one link, so that the trees have less to find."""
    neighbour, residual, terminal = graph
    for node in range(terminal.size):
        for direction in (1, 3):
            other = neighbour[node, direction]
            if other >= 0 and terminal[node] > 0 and terminal[other] < 0:
                _send(graph, node, direction, min(terminal[node], -terminal[other], residual[node, direction]))
            elif other >= 0 and terminal[node] < 0 and terminal[other] > 0:
                _send(
                    graph, other, direction ^ 1, min(-terminal[node], terminal[other], residual[other, direction ^ 1])
                )


@compiled()
def _send(graph: _Graph, node: int, direction: int, flow: int) -> None:
    """Move what a node has from the ink terminal, over one link, to its neighbour."""
    other = graph.neighbour[node, direction]
    graph.residual[node, direction] -= flow
    graph.residual[other, direction ^ 1] += flow
    graph.terminal[node] -= flow
    graph.terminal[other] += flow


@compiled()
def _divided(graph: _Graph) -> Labels:
    """Push flow until the trees cannot meet any more, and return them."""
    count = graph.terminal.size
    forest = _Forest(
        np.zeros(count, np.uint8), np.full(count, _NONE, np.uint8), np.zeros(count, np.int32),
        np.zeros(count, np.int32), np.zeros(count, np.uint8), np.empty(count + 1, np.int32),
        np.empty(count + 1, np.int32), np.zeros(5, np.int64),
    )  # fmt: skip
    for node in range(count):
        if graph.terminal[node] != 0:
            forest.tree[node] = _FROM_INK if graph.terminal[node] > 0 else _FROM_PAPER
            forest.parent[node], forest.distance[node] = _TERMINAL, 1
            _wake(forest, node)
    node = -1
    while True:
        if node < 0 or forest.tree[node] == _FREE:
            node = _next_active(forest)
            if node < 0:
                return forest.tree
        direction = _grow(graph, forest, node)
        if direction < 0:
            node = -1
            continue
        if forest.tree[node] == _FROM_INK:
            _push(graph, forest, node, direction)
        else:
            _push(graph, forest, graph.neighbour[node, direction], direction ^ 1)
        _adopt_all(graph, forest)


@compiled()
def _next(place: int, size: int) -> int:
    """Return the place after this one in a ring; a comparison, as a division would cost a fifth of the whole cut."""
    return 0 if place + 1 == size else place + 1


@compiled()
def _wake(forest: _Forest, node: int) -> None:
    if not forest.waiting[node]:
        forest.waiting[node] = 1
        forest.active[forest.ends[1]] = node
        forest.ends[1] = _next(forest.ends[1], forest.active.size)


@compiled()
def _next_active(forest: _Forest) -> int:
    while forest.ends[0] != forest.ends[1]:
        node = forest.active[forest.ends[0]]
        forest.ends[0] = _next(forest.ends[0], forest.active.size)
        forest.waiting[node] = 0
        if forest.tree[node] != _FREE:
            return int(node)
    return -1


@compiled()
def _open_way(graph: _Graph, side: int, node: int, direction: int) -> bool:
    """Whether flow can still run along this side of the node, away from the tree's root."""
    other = graph.neighbour[node, direction]
    if other < 0:
        return False
    if side == _FROM_INK:
        return bool(graph.residual[node, direction] > 0)
    return bool(graph.residual[other, direction ^ 1] > 0)


@compiled()
def _grow(graph: _Graph, forest: _Forest, node: int) -> int:
    """Take free neighbours into the node's tree; return the direction in which it touches the other tree, else -1."""
    side = forest.tree[node]
    for direction in range(4):
        if not _open_way(graph, side, node, direction):
            continue
        other = graph.neighbour[node, direction]
        if forest.tree[other] == _FREE:
            forest.tree[other] = side
            _hang(forest, other, direction ^ 1, node)
            _wake(forest, other)
        elif forest.tree[other] != side:
            return direction
        elif forest.stamp[other] <= forest.stamp[node] and forest.distance[other] > forest.distance[node]:
            _hang(forest, other, direction ^ 1, node)
    return -1


@compiled()
def _hang(forest: _Forest, node: int, direction: int, parent: int) -> None:
    forest.parent[node] = direction
    forest.stamp[node], forest.distance[node] = forest.stamp[parent], forest.distance[parent] + 1


@compiled()
def _push(graph: _Graph, forest: _Forest, ink: int, direction: int) -> None:
    """Push all the flow that the path takes, from the ink terminal over `ink` and its neighbour to the paper one."""
    forest.ends[2] = forest.ends[3] = 0
    forest.ends[4] += 1
    paper = graph.neighbour[ink, direction]
    flow = min(graph.residual[ink, direction], _room(graph, forest, ink), _room(graph, forest, paper))
    graph.residual[ink, direction] -= flow
    graph.residual[paper, direction ^ 1] += flow
    _push_to_terminal(graph, forest, ink, flow)
    _push_to_terminal(graph, forest, paper, -flow)


@compiled()
def _push_to_terminal(graph: _Graph, forest: _Forest, start: int, flow: int) -> None:
    """Take the flow (negative: towards paper) off the way between a node and its terminal; what is full is cut off."""
    node, inward = start, flow > 0
    while forest.parent[node] != _TERMINAL:
        way = forest.parent[node]
        above = graph.neighbour[node, way]
        graph.residual[above, way ^ 1] -= flow
        graph.residual[node, way] += flow
        if (graph.residual[above, way ^ 1] if inward else graph.residual[node, way]) == 0:
            _orphan(forest, node)
        node = above
    graph.terminal[node] -= flow
    if graph.terminal[node] == 0:
        _orphan(forest, node)


@compiled()
def _room(graph: _Graph, forest: _Forest, node: int) -> int:
    """Return the least residual capacity between a node and its terminal."""
    least = np.int32(2147483647)
    inward = forest.tree[node] == _FROM_INK
    while forest.parent[node] != _TERMINAL:
        way = forest.parent[node]
        above = graph.neighbour[node, way]
        least = min(least, graph.residual[above, way ^ 1] if inward else graph.residual[node, way])
        node = above
    return int(min(least, graph.terminal[node] if inward else -graph.terminal[node]))


@compiled()
def _orphan(forest: _Forest, node: int) -> None:
    forest.parent[node] = _ORPHAN
    forest.orphans[forest.ends[3]] = node
    forest.ends[3] = _next(forest.ends[3], forest.orphans.size)


@compiled()
def _adopt_all(graph: _Graph, forest: _Forest) -> None:
    """Find each orphan the nearest parent that still hangs on a terminal; one that has none is set free."""
    while forest.ends[2] != forest.ends[3]:
        node = forest.orphans[forest.ends[2]]
        forest.ends[2] = _next(forest.ends[2], forest.orphans.size)
        side, best, nearest = forest.tree[node], -1, 2147483647
        for direction in range(4):
            other = graph.neighbour[node, direction]
            if other >= 0 and forest.tree[other] == side and _open_way(graph, side, other, direction ^ 1):
                distance = _to_terminal(graph, forest, other)
                if distance < nearest:
                    best, nearest = direction, distance
        if best >= 0:
            forest.parent[node] = best
            forest.stamp[node], forest.distance[node] = forest.ends[4], nearest + 1
        else:
            _set_free(graph, forest, node, side)


@compiled()
def _to_terminal(graph: _Graph, forest: _Forest, node: int) -> int:
    """Return the steps from a node to its terminal, marked on the way for the next to ask; an orphan's: endless."""
    time, steps, at = forest.ends[4], 0, node
    while forest.stamp[at] != time:
        parent = forest.parent[at]
        steps += 1
        if parent == _TERMINAL:
            forest.stamp[at], forest.distance[at] = time, 1
            break
        if parent >= _ORPHAN:
            return 2147483647
        at = graph.neighbour[at, parent]
    else:
        steps += forest.distance[at]
    total, at = steps, node
    while forest.stamp[at] != time:
        forest.stamp[at], forest.distance[at] = time, steps
        steps -= 1
        at = graph.neighbour[at, forest.parent[at]]
    return total


@compiled()
def _set_free(graph: _Graph, forest: _Forest, node: int, side: int) -> None:
    for direction in range(4):
        other = graph.neighbour[node, direction]
        if other < 0 or forest.tree[other] != side:
            continue
        if _open_way(graph, side, other, direction ^ 1):
            _wake(forest, other)
        if forest.parent[other] < _TERMINAL and graph.neighbour[other, forest.parent[other]] == node:
            _orphan(forest, other)
    forest.tree[node], forest.parent[node] = _FREE, _NONE
