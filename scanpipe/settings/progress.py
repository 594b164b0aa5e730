"""What station.toml says of the progress over stations: where this one tells its own, and under which name."""

from typing import Annotated

import msgspec


class ProgressSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the progress file is written, "" for nowhere, and the name of the station, "" for that of the machine."""

    share: str = ""
    name: Annotated[str, msgspec.Meta(max_length=80)] = ""
