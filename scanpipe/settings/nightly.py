"""What station.toml says of the unattended night."""

from typing import Annotated

import msgspec


class NightlySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The night.

    Attributes:
        until: when it takes no more pages, as "06:00"; "" means that it goes on until all is done.
        nice: by how much its processes give way to others, as `nice` counts.
        journal_copies: how many copies of the journal are kept in backups/; 0: none is made.
        store_days: within how many days every stored file is read; 0: none is.
        disk_warn_days: so many days before the disk is full a warning is given.
    """

    until: Annotated[str, msgspec.Meta(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$")] = ""
    nice: Annotated[int, msgspec.Meta(ge=0, le=19)] = 10
    journal_copies: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 14
    store_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 90
    disk_warn_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 14
