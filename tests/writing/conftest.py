"""Hand-made results: the article about raids near Grayvoron, and builders for odd ones."""

from __future__ import annotations

from typing import Any

import pytest

from geoloc.model import (
    BorderChoice,
    BorderRelation,
    Candidate,
    Document,
    Focus,
    Place,
    ResolvedMention,
    Result,
)


class Make:
    """Nouns with everything that a test does not care about filled in."""

    def place(self, name: str = "Kozinka", **changes: Any) -> Place:
        fields: dict[str, Any] = {
            "id": "geonames:543229",
            "geonameid": 543229,
            "name": name,
            "kind": "populated-place",
            "feature_code": "PPL",
            "country": "RU",
            "admin1": "Belgorod Oblast",
            "admin2": None,
            "lat": 50.4613,
            "lon": 35.6026,
            "population": 1097,
            "confidence": 0.97,
            "mentions": (0,),
        }
        return Place(**(fields | changes))

    def mention(self, text: str = "Kozinka", place: int | None = 0, **changes: Any) -> ResolvedMention:
        fields: dict[str, Any] = {
            "start": 0,
            "end": len(text),
            "text": text,
            "kind": "place",
            "embedded": False,
            "place": place,
            "confidence": None if place is None else 0.97,
            "context": f"Shells fell on {text}.",
            "reason": "not-in-gazetteer" if place is None else None,
        }
        return ResolvedMention(**(fields | changes))

    def relation(self, distance_km: float = 1.79249, **changes: Any) -> BorderRelation:
        fields: dict[str, Any] = {
            "distance_km": distance_km,
            "side": "RU",
            "nearest": (50.451212345, 35.582998765),
            "bearing": 231.5449,
            "uncertainty_km": 0.5,
        }
        return BorderRelation(**(fields | changes))

    def candidate(
        self, name: str = "Kazinka", match: str = "fuzzy", score: float = 0.41237, **changes: Any
    ) -> Candidate:
        fields = {"id": "geonames:548917", "geonameid": 548917, "admin1": "Lipetsk Oblast", "confidence": None}
        return Candidate(self.place(name, **(fields | {"mentions": ()} | changes)), match, score)

    def one(
        self, name: str = "Kozinka", *, text: str | None = None, source: str | None = "a.txt", **changes: Any
    ) -> Result:
        """Make a result with one place, mentioned once as `text`."""
        mention = self.mention(name if text is None else text)
        return Result(Document("…", source=source), mentions=(mention,), places=(self.place(name, **changes),))

    def at(self, *points: tuple[float, float]) -> Result:
        """Make a result with a place at each (lat, lon)."""
        places = tuple(self.place(f"P{n}", lat=lat, lon=lon, mentions=(n,)) for n, (lat, lon) in enumerate(points))
        mentions = tuple(self.mention(f"P{n}", n) for n in range(len(points)))
        return Result(Document("…", source="a.txt"), mentions=mentions, places=places)

    def raid(self, source: str | None = "raid.txt") -> Result:
        """Make the article: towns, a country, demonyms, a village that no list holds."""
        text = "Russian troops left Graivoron. Kozinka and Hlotove, near Graivoron in Russia, burn. Hlotove!"
        mentions = (
            self.mention("Russian", 0, start=0, end=7, kind="demonym", confidence=0.99),
            self.mention("Graivoron", 1, start=20, end=29, confidence=0.951234),
            self.mention("Kozinka", 2, start=31, end=38),
            self.mention("Hlotove", None, start=43, end=50),
            self.mention("Grayvoron", 1, start=57, end=66, embedded=True),
            self.mention("Graivoron", 1, start=57, end=66),
            self.mention("Russia", 0, start=70, end=76),
            self.mention("Hlotove", None, start=84, end=91),
            self.mention("Martians", None, kind="demonym", start=91, end=91),
        )
        places = (
            self.place(
                "Russia",
                id="geonames:2017370",
                geonameid=2017370,
                kind="country",
                feature_code="PCLI",
                admin1=None,
                lat=60.0,
                lon=100.0,
                population=144478050,
                confidence=0.99,
                mentions=(0, 6),
            ),
            self.place(
                "Grayvoron",
                id="geonames:559034",
                geonameid=559034,
                lat=50.47893,
                lon=35.68087,
                population=6000,
                confidence=0.951234,
                mentions=(1, 4, 5),
                border=self.relation(7.5301, bearing=359.97),
                alternatives=(self.candidate(),),
            ),
            self.place(mentions=(2,), border=self.relation()),
        )
        return Result(
            Document(text, id=7, source=source, title="Raid", language="en"),
            border=BorderChoice("RU-UA", "Russia–Ukraine", "auto"),
            focus=Focus(1, "RU"),
            mentions=mentions,
            places=places,
        )


@pytest.fixture(scope="session")
def make() -> Make:
    return Make()
