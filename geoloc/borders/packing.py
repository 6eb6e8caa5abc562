"""Many polylines in few bytes.

Vertices are whole numbers of units. Of a group of polylines the steps from vertex to vertex are kept, the first from
0,0: all latitudes, then all longitudes, the sign in the lowest bit, all lowest bytes, then all second ones and so
forth, deflated. Most steps are short, so that the upper bytes take no room. A group is unpacked at once, and only
when one of its polylines is asked for: some thousand vertices in a fraction of a millisecond.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

GROUP = 4096
"""Vertices from which on a new group is begun; no polyline is parted."""

Ints = NDArray[np.int64]


def pack(lines: Sequence[Ints]) -> tuple[bytes, NDArray[np.int32], NDArray[np.int32]]:
    """Pack polylines.

    Parameters
    ----------
    lines : sequence of ndarray, shape (n, 2)
        Latitudes and longitudes in units.

    Returns
    -------
    bytes
        The groups, one after the other.
    ndarray
        Where each polyline starts among all vertices; one more entry than there are polylines.
    ndarray, shape (n, 2)
        Of each group its first polyline and where its bytes start; and a last row for the end.
    """
    starts = np.concatenate([[0], np.cumsum([len(line) for line in lines])])
    firsts = [0]
    for number in range(1, len(lines)):
        if starts[number] - starts[firsts[-1]] >= GROUP:
            firsts.append(number)
    firsts.append(len(lines))
    blobs = [_deflated(np.concatenate(lines[begin:end])) for begin, end in pairwise(firsts)]
    groups = np.stack([firsts, np.cumsum([0, *map(len, blobs)])], axis=1)
    return b"".join(blobs), starts.astype("<i4"), groups.astype("<i4")


def unpack(blob: bytes) -> NDArray[np.int32]:
    """Return the vertices of a group.

    Examples
    --------
    >>> blob, starts, groups = pack([np.array([[5_000_000, 3_600_000], [5_000_010, 3_599_000]])])
    >>> unpack(blob).tolist(), starts.tolist()
    ([[5000000, 3600000], [5000010, 3599000]], [0, 2])
    """
    planes = np.frombuffer(zlib.decompress(blob), dtype=np.uint8).reshape(4, -1)
    coded = np.ascontiguousarray(planes.T).view("<u4").ravel()
    steps = (coded >> 1).astype(np.int32) ^ -(coded & 1).astype(np.int32)
    vertices: NDArray[np.int32] = np.cumsum(steps.reshape(2, -1), axis=1, dtype=np.int32).T
    return vertices


def _deflated(vertices: Ints) -> bytes:
    steps = np.diff(vertices.astype(np.int64), axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).T.ravel()
    coded = ((steps << 1) ^ (steps >> 63)).astype("<u4")
    return zlib.compress(np.ascontiguousarray(coded.view(np.uint8).reshape(-1, 4).T).tobytes(), 9)
