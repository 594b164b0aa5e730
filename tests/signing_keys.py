"""Keys and certificates made on the spot, as PKCS#12 files."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12

SUBJECT = "UBND Phường Hàm Rồng"
PASSPHRASE = "mật khẩu"
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def make_key(kind: str, number: int = 0) -> PrivateKey:
    """Return one and the same key for the same kind ("rsa", "ec") and number."""
    return rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())


def certify(key: PrivateKey, *, days: tuple[float, float] = (-1, 30), common_name: str = SUBJECT) -> x509.Certificate:
    """Return a certificate of the key's own, valid from and to so many days from now."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])
    first, last = (datetime.now(UTC) + timedelta(days=count) for count in days)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    blank = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = blank.not_valid_before(first).not_valid_after(last).serial_number(x509.random_serial_number())
    return dated.add_extension(usage, critical=True).sign(key, hashes.SHA256())


def write_key(
    path: Path,
    kind: str = "ec",
    *,
    number: int = 0,
    certificate: x509.Certificate | None = None,
    days: tuple[float, float] = (-1, 30),
    passphrase: str = PASSPHRASE,
) -> x509.Certificate:
    """Write a key with its certificate, readable by the owner alone, and return the certificate."""
    key = make_key(kind, number)
    certificate = certificate or certify(key, days=days)
    locked = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"signature", key, certificate, None, locked))
    path.chmod(0o600)
    return certificate
