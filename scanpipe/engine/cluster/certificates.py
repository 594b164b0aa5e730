"""TLS of a cluster: one authority of its own, and a certificate for each part that a machine may play."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from scanpipe.errors import ConfigError
from scanpipe.messages import lazy
from scanpipe.system.fsio import write_new

if TYPE_CHECKING:
    from distributed.security import Security

Part = Literal["scheduler", "worker", "client"]
PARTS: Final[tuple[Part, ...]] = ("scheduler", "worker", "client")
AUTHORITY: Final = "ca.pem"
VALID_DAYS: Final = 3650
# A machine whose clock is some days late takes them, too.
_EARLIER_DAYS: Final = 7


def write_certificates(folder: Path) -> tuple[Path, ...]:
    """Write `ca.pem` and `scheduler.pem`, `worker.pem`, `client.pem`, each with its key, readable by the owner alone.

    The key of the authority is not kept: nobody can make a further certificate for this cluster.

    Raises:
        FileExistsError: one of them is there; none is overwritten.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for taken in filter(Path.exists, (folder / AUTHORITY, *(folder / f"{part}.pem" for part in PARTS))):
        raise FileExistsError(taken)
    key, name = ec.generate_private_key(ec.SECP256R1()), _name("scanpipe")
    authority = _certificate(name, key.public_key(), name, key, authority=True)
    files = [_written(folder / AUTHORITY, authority.public_bytes(Encoding.PEM), mode=0o644)]
    for part in PARTS:
        own = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(_name(part), own.public_key(), name, key, authority=False)
        private = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        files.append(_written(folder / f"{part}.pem", certificate.public_bytes(Encoding.PEM) + private, mode=0o600))
    return tuple(files)


def security(folder: Path, part: Part) -> "Security":
    """Return what dask asks to be told of TLS, with the certificates in `folder`.

    Raises:
        ConfigError: a certificate is missing.
    """
    from distributed.security import Security

    own = folder / f"{part}.pem"
    for path in (folder / AUTHORITY, own):
        if not path.is_file():
            raise ConfigError(
                lazy("{path} is missing.", path=path),
                remedy=lazy("Make certificates with 'scanpipe cluster certs', and copy them to this computer."),
            )
    files = {f"tls_{part}_cert": str(own), f"tls_{part}_key": str(own)}
    return Security(require_encryption=True, tls_ca_file=str(folder / AUTHORITY), **files)


def _name(part: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, part)])


def _certificate(
    subject: x509.Name,
    public: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    *,
    authority: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=_EARLIER_DAYS))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    return builder.sign(key, hashes.SHA256())


def _written(path: Path, data: bytes, *, mode: int) -> Path:
    write_new(path, data, mode=mode)
    return path
