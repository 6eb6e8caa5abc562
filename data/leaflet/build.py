"""Copy Leaflet out of its package: the script, and the style without the images that geoloc's maps do not use.

python data/fetch.py && python data/leaflet/build.py [--sources build/sources]
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Write leaflet.js, leaflet.css and LICENSE."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, default=Path("build/sources"), help="folder with the unpacked packages")
    package = parser.parse_args().sources / "npm" / "leaflet-1.9.4" / "package"
    script = (package / "dist" / "leaflet.js").read_text(encoding="utf-8")
    style = (package / "dist" / "leaflet.css").read_text(encoding="utf-8")
    (HERE / "leaflet.js").write_text(re.sub(r"\n//# sourceMappingURL=.*", "", script), encoding="utf-8")
    (HERE / "leaflet.css").write_text(re.sub(r"[\w-]+:\s*url\([^)]*\);", "", style), encoding="utf-8")
    (HERE / "LICENSE").write_text((package / "LICENSE").read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main()
