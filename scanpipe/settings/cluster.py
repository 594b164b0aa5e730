"""What station.toml says of other machines that process pages of this station."""

import msgspec


class ClusterSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With `engine = "dask"`: where the scheduler is, and with which certificates it is talked to.

    Attributes:
        scheduler: tls://host:port, or the file that the scheduler wrote; empty for this machine alone.
        exchange: the address, as s3://bucket/prefix, where workers find blobs and leave them; empty where they see the
            store itself, on a share.
        certificates: the folder with `ca.pem` and `client.pem`; a relative one is of the station.
    """

    scheduler: str = ""
    exchange: str = ""
    certificates: str = "certificates"
