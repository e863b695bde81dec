"""The sandbox is a tool of its own: one command starts it, Ctrl-C stops it."""

import os
import signal
import subprocess
from pathlib import Path

from tests.integration.sandbox.harness import ROOT, Sandbox, Shop
from tests.support.waiting import PATIENCE_SECONDS, eventually


class ByCommand(Sandbox):
    """Started as its README says; what it is installed into is there already."""

    def launch(self) -> None:
        command = ["make", "--silent", "--old-file=.venv/run.stamp", "sandbox"]
        command += [f"PORT={self.port}", f"STATE={self.state}", f"WEBHOOKS={self._webhook_url}"]
        self.state.mkdir(parents=True, exist_ok=True)
        with (self.state / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)

    def interrupt(self) -> None:
        """What Ctrl-C does: the whole group is told."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(PATIENCE_SECONDS)


def test_one_command_starts_it_and_an_interrupt_stops_it(tmp_path: Path, shop_of_package: Shop) -> None:
    sandbox = ByCommand(tmp_path, f"{shop_of_package.url}/webhooks")
    sandbox.start()
    try:
        assert "YooKassa" in sandbox.request("GET", "/").text
        payment = sandbox.create()
        sandbox.request("POST", f"/pay/{payment['id']}", fields={"action": "pay"}, encode_multipart=False)
        eventually(lambda: shop_of_package.events(payment["id"]))
    finally:
        sandbox.interrupt()
    assert "stopped" in sandbox.log()
    assert "Traceback" not in sandbox.log()
