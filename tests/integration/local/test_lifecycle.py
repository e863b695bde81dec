"""Start, stop, and what goes wrong in between."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.machine.aws import local_client
from infra.local.machine.errors import LocalError, PortTakenError
from infra.local.machine.ports import require_free
from infra.local.machine.settings import ROOT
from infra.local.plan.state import StateDirectory, reset
from infra.local.testing.system import LocalSystem
from tests.integration.local.conftest import OPTIONS
from tests.support.processes import children, runs
from tests.support.waiting import eventually


def all_gone(processes: list[Any]) -> bool:
    return not any(runs(each) for each in processes)


def test_a_stop_leaves_nothing_behind_and_state_survives_it(tmp_path: Path) -> None:
    system = LocalSystem(tmp_path / "state", OPTIONS)
    system.start()
    sqs = local_client("sqs", system.endpoints.aws_endpoint)
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="Dead")["QueueUrl"], MessageBody="kept")
    secret = local_client("secretsmanager", system.endpoints.aws_endpoint).get_secret_value(SecretId="Key")
    processes = children(system.endpoints.pid, recursive=True)
    assert len(processes) > 2

    assert system.stop() == 0

    assert all_gone(processes)
    assert not (tmp_path / "state" / "endpoints.json").exists()
    with system:
        sqs = local_client("sqs", system.endpoints.aws_endpoint)
        url = sqs.get_queue_url(QueueName="Dead")["QueueUrl"]
        assert sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2)["Messages"][0]["Body"] == "kept"
        again = local_client("secretsmanager", system.endpoints.aws_endpoint).get_secret_value(SecretId="Key")
        assert again["SecretString"] == secret["SecretString"]


def test_a_killed_supervisor_leaves_nothing_behind_and_starts_again(tmp_path: Path) -> None:
    system = LocalSystem(tmp_path / "state", OPTIONS)
    system.start()
    processes = children(system.endpoints.pid, recursive=True)

    system.kill()

    eventually(lambda: all_gone(processes))
    with system:
        assert "Direct" in system.functions()


# What a run of tests is that somebody kills: it starts a system, says where, and has no time to stop it.
KILLED = """
import json, os, signal, sys
from pathlib import Path
from infra.local.testing.system import LocalSystem
system = LocalSystem(Path(sys.argv[1]), json.loads(sys.argv[2]))
system.start()
print(system.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_system_stops_when_whoever_started_it_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path / "state"), json.dumps(OPTIONS)]
    told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)

    assert told.returncode == -signal.SIGKILL
    eventually(lambda: not psutil.pid_exists(int(told.stdout)))
    # As after Ctrl-C, and not as after a crash.
    assert not (tmp_path / "state" / "endpoints.json").exists()


def test_a_killed_broker_is_started_and_filled_again(tmp_path: Path) -> None:
    with LocalSystem(tmp_path / "state", OPTIONS) as system:
        os.kill(int((system.state / "broker.pid").read_text()), signal.SIGKILL)

        eventually(lambda: "It is restarted" in system.output)
        sqs = local_client("sqs", system.endpoints.aws_endpoint)
        eventually(lambda: _has_queue(sqs, "Jobs"))


def _has_queue(sqs: Any, name: str) -> bool:
    try:
        return bool(sqs.get_queue_url(QueueName=name)["QueueUrl"])
    except (BotoCoreError, ClientError):
        # The broker is away, or there and still empty.
        return False


def test_a_second_instance_on_the_same_state_is_refused(system: LocalSystem) -> None:
    second = LocalSystem(system.state, OPTIONS)
    second.launch()

    assert second.wait() == 1
    assert f"already runs on {system.state} (pid {system.endpoints.pid})" in re.sub(r"\s+", " ", second.output)


def test_a_taken_port_is_named_with_its_holder() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        with pytest.raises(PortTakenError, match=rf"Port {port} of the broker is taken by .*\(pid {os.getpid()}\)"):
            require_free("broker", port)


def test_a_broken_template_is_one_clear_line(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text("Resources: {Table: {Type: AWS::DynamoDB::Table}}")
    system = LocalSystem(tmp_path / "state", {**OPTIONS, "CYCLORAMA_TEMPLATE": str(template)})

    with pytest.raises(LocalError, match=r"Table \(AWS::DynamoDB::Table\) is not supported"):
        system.start()
    assert "Traceback" not in system.output


def test_a_function_behind_the_api_that_cannot_start_ends_the_start(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(
        "Resources: {Hook: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.11,"
        " Handler: broken.handler, FunctionUrlConfig: {AuthType: NONE}}}}"
    )
    (tmp_path / "broken.py").write_text("import not_there")
    options = {**OPTIONS, "CYCLORAMA_TEMPLATE": str(tmp_path / "template.yaml")}

    with pytest.raises(LocalError, match=r"Hook cannot start: .*No module named 'not_there'"):
        LocalSystem(tmp_path / "state", options).start()


def test_changed_code_is_taken_up_after_the_current_invocation(tmp_path: Path) -> None:
    template = (
        "Resources: {Word: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.11, Handler: word.say}}}"
    )
    (tmp_path / "template.yaml").write_text(template)
    (tmp_path / "word.py").write_text("def say(event, context): return 'old'")
    options = {**OPTIONS, "CYCLORAMA_TEMPLATE": str(tmp_path / "template.yaml"), "CYCLORAMA_RELOAD": "1"}
    with LocalSystem(tmp_path / "state", options) as system:
        lambdas = local_client("lambda", system.endpoints.lambda_endpoint)

        def said() -> Any:
            return json.loads(lambdas.invoke(FunctionName="Word", Payload=b"{}")["Payload"].read())

        def changed() -> bool:
            # What is written before the watching has begun is seen by nobody.
            (tmp_path / "word.py").write_text("def say(event, context): return 'new word'")
            return bool(said() == "new word")

        assert said() == "old"
        eventually(changed)


def test_the_pure_python_client_does_the_same(tmp_path: Path) -> None:
    with LocalSystem(tmp_path / "state", {**OPTIONS, "CYCLORAMA_PURE_RUNTIME_CLIENT": "1"}) as system:
        lambdas = local_client("lambda", system.endpoints.lambda_endpoint)
        good = lambdas.invoke(FunctionName="Direct", Payload=b'{"a": 1}')
        bad = lambdas.invoke(FunctionName="Direct", Payload=b'{"raise": "no"}')
        broken = lambdas.invoke(FunctionName="Broken", Payload=b"{}")

    assert json.loads(good["Payload"].read())["event"] == {"a": 1}
    assert json.loads(bad["Payload"].read())["errorType"] == "ValueError"
    assert "nowhere" in json.loads(broken["Payload"].read())["errorMessage"]


def test_reset_forgets_state_but_touches_nothing_else(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(LocalError, match="not a state directory"):
        reset(other)
    with StateDirectory(tmp_path / "state"):
        pass

    reset(tmp_path / "state")

    assert other.exists()
    assert not (tmp_path / "state").exists()


def test_an_interrupt_during_the_start_stops_cleanly(tmp_path: Path) -> None:
    system = LocalSystem(tmp_path / "state", OPTIONS)
    system.launch()
    eventually(lambda: "is starting" in system.output)
    # In the middle of it: some of its programs run, and the system is not ready.
    started = eventually(lambda: children(system.pid, recursive=True))

    assert system.stop() == 0
    assert all_gone(started)
    listing = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(tmp_path) not in listing
