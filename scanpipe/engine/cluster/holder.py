"""Which machine of the network has a folder on a disk of its own."""

import socket
from pathlib import Path

import psutil

_NETWORK = ("nfs", "cifs", "smb3")


def holder_addresses(folder: Path) -> frozenset[str]:
    """Return the addresses of the machine with a folder: this one, or the server of its share; none if unknown."""
    device, kind = _mounted(folder.resolve())
    if not kind.startswith(_NETWORK):
        return frozenset(address.address for own in psutil.net_if_addrs().values() for address in own)
    try:
        return frozenset(str(found[4][0]) for found in socket.getaddrinfo(_server(device), None))
    except OSError:
        return frozenset()


def _mounted(folder: Path) -> tuple[str, str]:
    """Return the device, or share, and the file system that a folder is on."""
    above = {str(folder), *map(str, folder.parents)}
    mounts = [mount for mount in psutil.disk_partitions(all=True) if mount.mountpoint in above]
    nearest = max(mounts, key=lambda mount: len(mount.mountpoint), default=None)
    return (nearest.device, nearest.fstype) if nearest else ("", "")


def _server(share: str) -> str:
    """Return the server in the name of a share: //server/name, server:/name, [address]:/name."""
    if share.startswith("//"):
        return share[2:].partition("/")[0]
    return share.rpartition(":/")[0].strip("[]")
