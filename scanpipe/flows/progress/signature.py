"""Signatures of progress files: Ed25519 (RFC 8032), a key for each station. Only this module knows cryptography.

Each station has a key of its own. With one key for all (HMAC) each of them, and whoever finds one of their disks, could
write the figures of all others.
"""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanpipe.errors import SigningError
from scanpipe.messages import lazy
from scanpipe.system.fsio import write_new
from scanpipe.system.os_errors import describe, remedy_for
from scanpipe.system.plain_files import read_plain

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_FILE: Final = "progress.key"
_BYTES = 32


def require_signatures() -> None:
    """Make sure that signatures can be made and checked here.

    Raises:
        SigningError: the package for it is not installed.
    """
    if find_spec("cryptography") is None:
        raise SigningError(
            lazy("Progress files are signed, and the package for that is not installed."),
            remedy=lazy("Install it: pip install 'scanpipe[progress]'"),
        )


def sign(station: Path, data: bytes) -> tuple[str, str]:
    """Return the public key of a station and its signature of `data`, both as hex digits; a new station gets its key.

    Raises:
        SigningError: its key cannot be read or written.
    """
    require_signatures()
    key = _private_key(station / KEY_FILE)
    return key.public_key().public_bytes_raw().hex(), key.sign(data).hex()


def holds(key: str, signature: str, data: bytes) -> bool:
    """Tell whether a signature of `data` was made with the private part of a key."""
    from cryptography.exceptions import InvalidSignature

    try:
        _public_key(key).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=100_000)
def _public_key(key: str) -> "Ed25519PublicKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))


def _private_key(path: Path) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        if not path.exists():
            write_new(path, Ed25519PrivateKey.generate().private_bytes_raw().hex().encode() + b"\n", mode=0o600)
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(read_plain(path, most=4 * _BYTES).decode()))
    except FileExistsError:  # another command of the station made it at the same moment
        return _private_key(path)
    except (OSError, ValueError) as error:
        raise SigningError(
            lazy("{path} cannot be read: {reason}.", path=path, reason=describe(error)), remedy=remedy_for(error)
        ) from error
