"""From mentions and candidates to the chosen places. Knows nothing of borders or formats."""

from geoloc.resolution.overrides import Overrides
from geoloc.resolution.resolver import Alternative, Choice, Resolved, Resolver

__all__ = ["Alternative", "Choice", "Overrides", "Resolved", "Resolver"]
