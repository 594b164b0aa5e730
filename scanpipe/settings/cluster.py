"""What station.toml says of other machines that process pages of this station."""

import msgspec


class ClusterSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With `engine = "dask"`: where the scheduler is, and with which certificates it is talked to.

    Attributes:
        scheduler: tls://host:port, or the file that the scheduler wrote; empty for this machine alone.
        certificates: the folder with `ca.pem` and `client.pem`; a relative one is of the station.
    """

    scheduler: str = ""
    certificates: str = "certificates"
