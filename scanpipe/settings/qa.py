"""What station.toml says of the second look: which pages a person judges, and who may."""

from typing import Annotated, Literal

import msgspec

Ratio = Annotated[float, msgspec.Meta(ge=0, le=1)]
Aql = Literal[
    "0.01", "0.015", "0.025", "0.04", "0.065", "0.1", "0.15", "0.25", "0.4", "0.65", "1.0", "1.5", "2.5", "4.0", "6.5"
]


class QaSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many pages of each lot a person looks at, and from how many bad ones on all of them.

    Attributes:
        method: "off": nobody must; "iso2859": as ISO 2859-1 says for `level` and `aql`; "share": a `share` of the lot.
        level: the general inspection level.
        aql: the acceptance quality limit, in percent of the pages.
        share: the share of the lot with "share".
        worst: so many pages with the lowest scores are looked at as well.
        twice: the share of the sample that a second person judges, too.
        reduced: whether those in charge agree to reduced inspection after many good lots.
        two_persons: whether a page must be accepted by another person than the one who scanned it.
    """

    method: Literal["off", "iso2859", "share"] = "off"
    level: Literal["I", "II", "III"] = "II"
    aql: Aql = "1.0"
    share: Annotated[float, msgspec.Meta(ge=0.01, le=1)] = 0.3
    worst: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 10
    twice: Ratio = 0.0
    reduced: bool = False
    two_persons: bool = True
