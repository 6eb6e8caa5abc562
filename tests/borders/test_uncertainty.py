"""How sure a distance is."""

from __future__ import annotations

import numpy as np
import pytest

from geoloc.borders import Border, point_error_km


def test_it_grows_with_the_town() -> None:
    assert point_error_km(None) == point_error_km(0) == 0.5
    errors = [point_error_km(people) for people in (500, 5_000, 50_000, 500_000, 5_000_000)]
    assert errors == sorted(errors) and errors[0] < 0.6 and 4 < errors[3] < 8


def test_it_joins_the_error_of_the_line() -> None:
    border = Border.load("RU-UA")
    village, town = border.relations([50.4613, 50.6034], [35.6026, 36.5809], point_error_km=[0.5, 5.0])
    assert village.uncertainty_km == pytest.approx(np.hypot(0.5, 0.05))
    assert town.uncertainty_km == pytest.approx(np.hypot(5, 0.05))
    assert Border.load("RU-BEL/RU-KRS").relation(50.46, 35.6).uncertainty_km > 1
