"""What station.toml says of backups."""

from typing import Annotated

import msgspec


class BackupSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How old the newest backup may be, how many are kept on each target, and whether masters may be freed.

    Attributes:
        days: 'scanpipe doctor' advises a backup when the newest is older.
        keep: so many of the newest backups can be restored from each target.
        prune: whether 'scanpipe prune' frees masters that two backups hold.
    """

    days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 7
    keep: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 30
    prune: bool = False
