import os

import pytest
from hypothesis import settings

from geoloc import Gazetteer, Geoparser

# No deadline: a busy machine is no defect. In CI the same examples every time, so that what lands does not hang on luck.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(scope="session")
def gazetteer():
    return Gazetteer.open()


@pytest.fixture(scope="session")
def geoparser(gazetteer):
    return Geoparser(gazetteer=gazetteer)
