"""What Lambda has of a build: its functions and layers, byte code and all, in a folder that nobody writes to."""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import botocore

from infra.local.template import load_template
from infra.local.template.model import Function

ROOT = Path(__file__).parents[3]
PARTS = ("functions", "layers", "shared_schemas", "infra", "template.yaml")
LAYERS = {"layers/dependencies": "Dependencies", "layers/core": "Core", "shared_schemas": "Contracts"}
CERTIFICATES = "rds-ca.pem"
# What Lambda's Python brings along: the same for both builds, and without any part in another language.
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3", "snapshot_restore_py.py")
INITIALIZATION, ON_DEMAND, RESTORED = "AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand", "snap-start"
NOBODY = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Artefact:
    """A build under /var/task, /opt and /var/runtime of its own, and the interpreter that it is compiled for."""

    name: str
    folder: Path
    python: str

    @classmethod
    def of(cls, commit: str, place: Path) -> "Artefact":
        """The build of a commit, which stays for the next run, or of the working tree, which is made anew."""
        folder = place / (commit or "now")
        source = folder / "source"
        if commit and (folder / "runtime").exists():
            return cls(commit, folder, _interpreter(_runtime(source / "template.yaml")))
        if folder.exists():
            shutil.rmtree(folder)
        source.mkdir(parents=True)
        _check_out(commit, source)
        runtime = _runtime(source / "template.yaml")
        made = cls(commit or "now", folder, _interpreter(runtime))
        made._build(runtime)
        _run("chmod", "-R", "a-w", *(str(folder / part) for part in ("task", "opt", "runtime")))
        return made

    def function(self, name: str, handler: str = "") -> Function:
        """One of the template, where the gateway is the default one; or another handler with BookingApi's variables."""
        chosen = {"PaymentProviders": "yookassa"}
        known = load_template(self.folder / "source/template.yaml", None, NOBODY, chosen).functions
        return replace(known["BookingApi"], handler=handler) if handler else known[name]

    def start(self, program: Path, function: Function, event: Path, kind: str) -> dict[str, Any]:
        """What the program says of one start of the function, in milliseconds; `kind` is Lambda's word for how it is
        initialised."""
        command = [self.python, str(program), function.handler, str(event)]
        done = subprocess.run(
            command,
            cwd=self.folder / "task",
            env=self._environment(function) | {INITIALIZATION: kind},
            capture_output=True,
            timeout=120,
            check=True,
        )
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def _environment(self, function: Function) -> dict[str, str]:
        """The function's own, with a database at which nobody listens, and secrets that are at hand."""
        own = {name: _at_hand(name, str(value)) for name, value in function.environment.items()}
        role = f"cyclorama_{function.service}@127.0.0.1:9"
        return own | {
            "DATABASE_URL": f"postgresql://{role}/cyclorama?sslmode=verify-full&sslrootcert={self.folder}/opt/{CERTIFICATES}",
            "PYTHONPATH": ":".join(str(self.folder / part) for part in ("task", "opt/python", "runtime")),
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{Path(self.python).name}",
            "AWS_ENDPOINT_URL": NOBODY,
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "PATH": os.environ["PATH"],
        }

    def _build(self, runtime: str) -> None:
        source = self.folder / "source"
        for part, name in LAYERS.items():
            settings = [f"ARTIFACTS_DIR={self.folder / 'opt'}", f"COMPILER={self.python}", f"LAMBDA_PYTHON={runtime}"]
            _run(
                "make",
                "--silent",
                "-C",
                str(source / part),
                f"build-{name}Layer",
                f"PYTHON={sys.executable}",
                *settings,
            )
        if not (self.folder / "opt" / CERTIFICATES).exists():
            shutil.copy(ROOT / "layers/core" / CERTIFICATES, self.folder / "opt")
        shutil.copytree(source / "functions", self.folder / "task")
        site = Path(botocore.__file__).parents[1]
        (self.folder / "runtime").mkdir()
        for name in RUNTIME:
            _run("cp", "-R", str(site / name), str(self.folder / "runtime"))
        for part in ("task", "runtime"):
            options = ["-q", "--invalidation-mode", "unchecked-hash"]
            _run(self.python, "-m", "compileall", *options, str(self.folder / part))


def _check_out(commit: str, source: Path) -> None:
    if commit:
        archive = subprocess.run(["git", "-C", str(ROOT), "archive", commit, *PARTS], capture_output=True, check=True)
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(source, filter="data")
        return
    unwanted = shutil.ignore_patterns("__pycache__")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, source / part, ignore=unwanted)
        else:
            shutil.copy(ROOT / part, source / part)


def _runtime(template: Path) -> str:
    """Lambda's name of the Python that the template asks for."""
    line = next(each for each in template.read_text(encoding="utf-8").splitlines() if each.startswith("    Runtime: "))
    return line.split()[-1]


def _interpreter(runtime: str) -> str:
    """One of that version: on the PATH, or from pyenv. `RuntimeError` if there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    version = runtime.removeprefix("python")
    for found in (*sorted(pyenv.glob(f"{version}.*/bin/python")), shutil.which(runtime)):
        if found and subprocess.run([found, "-V"], capture_output=True, check=False).returncode == 0:
            return str(found)
    raise RuntimeError(f"{runtime} is on no PATH, and pyenv has none")


def _at_hand(name: str, value: str) -> str:
    """What would be fetched from AWS, as if it had been."""
    if value.startswith("ssm:"):
        return NOBODY
    if not value.startswith("secretsmanager:"):
        return value
    return (
        '{"shop_id": "1", "secret_key": "none"}' if name.endswith("_CREDENTIALS") else "a-key-of-no-value-64-bytes-" * 4
    )


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
