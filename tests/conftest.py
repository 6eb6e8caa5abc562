import pytest

from geoloc import Gazetteer, Geoparser


@pytest.fixture(scope="session")
def gazetteer():
    return Gazetteer.open()


@pytest.fixture(scope="session")
def geoparser(gazetteer):
    return Geoparser(gazetteer=gazetteer)
