"""The layers as `sam build` makes them, as far as that needs no network."""

import re
import shutil
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from infra.deploy.transformed import transformed, typed
from infra.local.template import EVERYTHING_ON
from tests.support.waiting import PATIENCE_SECONDS

ROOT = Path(__file__).parents[3]
AUTHORITIES = ROOT / "layers" / "core" / "rds-ca.pem"


def built(layer: Path, target: Path) -> subprocess.CompletedProcess[str]:
    command = ["make", "build-CoreLayer", f"ARTIFACTS_DIR={target}", f"COMPILER={sys.executable}"]
    return subprocess.run(command, cwd=layer, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)


def test_the_core_layer_has_the_authorities_that_functions_look_for(tmp_path: Path) -> None:
    layer = shutil.copytree(ROOT / "layers" / "core", tmp_path / "layer")
    done = built(layer, tmp_path / "opt")
    assert done.returncode == 0, done.stderr
    functions = typed([*transformed(EVERYTHING_ON).walk()], "AWS::Lambda::Function")
    urls = [function.properties["Environment"]["Variables"]["DATABASE_URL"] for function in functions]
    asked = {path for url in urls for path in re.findall(r"sslrootcert=/opt/(\S+)", url)}
    assert asked == {"rds-ca.pem"}
    assert (tmp_path / "opt" / "rds-ca.pem").read_bytes() == AUTHORITIES.read_bytes()


def test_a_core_layer_without_authorities_is_not_built(tmp_path: Path) -> None:
    layer = shutil.copytree(ROOT / "layers" / "core", tmp_path / "layer")
    (layer / "rds-ca.pem").unlink()
    done = built(layer, tmp_path / "opt")
    assert done.returncode != 0
    assert "make rds-ca" in done.stderr
    assert not (tmp_path / "opt").exists()


def test_the_authorities_are_those_of_rds_in_many_regions_and_last() -> None:
    found = x509.load_pem_x509_certificates(AUTHORITIES.read_bytes())
    names = {found.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value for found in found}
    assert all(re.fullmatch(r"Amazon RDS [a-z0-9-]+ Root CA (RSA2048|RSA4096|ECC384) G1", str(name)) for name in names)
    for kind in ("RSA2048", "RSA4096", "ECC384"):
        assert f"Amazon RDS eu-central-1 Root CA {kind} G1" in names
    assert len({str(name).split()[2] for name in names}) >= 25
    for certificate in found:
        certificate.verify_directly_issued_by(certificate)
        assert certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=3650)
    assert len(ssl.create_default_context(cafile=str(AUTHORITIES)).get_ca_certs()) == len(found)
