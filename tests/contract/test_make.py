"""What `make` says before it installs anything."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Answers the Makefile's question as an old Python would.
OLD_PYTHON = f"""#!{sys.executable}
import sys

sys.version_info, sys.version = (3, 9), "3.9.0"
exec(sys.argv[2])
"""


def test_an_old_python_is_refused_before_anything_is_installed(tmp_path: Path) -> None:
    python, environment = tmp_path / "python", tmp_path / "venv"
    python.write_text(OLD_PYTHON)
    python.chmod(0o755)

    done = subprocess.run(
        ["make", f"VENV={environment}", f"PYTHON={python}", f"{environment}/run.stamp"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.returncode != 0
    assert "Cyclorama needs Python 3.11 or newer, this is 3.9.0" in done.stderr
    assert not environment.exists()
