"""Values of parameters that CloudFormation refuses are refused before anything starts, in a line."""

from pathlib import Path

import pytest

from infra.local.machine.errors import LocalError, TemplateError
from infra.local.machine.settings import LocalSettings
from infra.local.plan.plan import make_plan
from infra.local.template.limits import require_allowed
from infra.prices.__main__ import main as price
from infra.scaling.__main__ import main as scale

TEMPLATE = Path(__file__).parents[3] / "template.yaml"
WRONG = [
    ("DatabaseInstanceClass", "db.t4g.huge", "DatabaseInstanceClass is one of db.t4g.micro"),
    ("MailProviders", "smpt", "MailProviders: In which order"),
    ("PersonDailyMessages", "many", "PersonDailyMessages is a number"),
    ("PaymentProviders", "yookasa,tkassa", "PaymentProviders has yookasa; there are yookassa"),
]


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_a_value_that_will_not_do_is_named_with_what_it_may_be(name: str, value: str, said: str) -> None:
    with pytest.raises(TemplateError) as refused:
        require_allowed(TEMPLATE, {"LogLevel": "INFO", name: value})
    assert str(refused.value).startswith(said)


def test_what_the_template_takes_is_taken() -> None:
    right = {"DatabaseMinCapacity": "0.5", "MailProviders": "smtp,ses", "PaymentProviders": "tkassa,yookassa"}
    require_allowed(TEMPLATE, right | {"PersonDailyMessages": "10", "PaymentStages": "two"})


def test_a_studio_on_one_machine_does_not_start_with_one(tmp_path: Path) -> None:
    told = tmp_path / "studio.toml"
    told.write_text('webhooks_url = "https://pay.studio.test"\n[parameters]\nPaymentProviders = "yookasa"\n')
    told.chmod(0o600)
    settings = LocalSettings(state=tmp_path, ports="auto", template=TEMPLATE, installation=told)
    with pytest.raises(LocalError, match="PaymentProviders has yookasa"):
        make_plan(settings)


@pytest.mark.parametrize("parameters", ["Nope=1", "DatabaseInstanceClass=db.t4g.huge"])
def test_a_price_of_what_there_is_not_is_a_line(parameters: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert price(["--parameters", parameters]) == 1
    assert capsys.readouterr().out.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--database", "db.t4g.huge"], ["--rates", "0"], ["--seconds", "never"]])
def test_a_simulation_of_what_there_is_not_is_a_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["scaling", *arguments])
    with pytest.raises(SystemExit):
        scale()
    assert "Traceback" not in (said := capsys.readouterr().err) and "error: " in said
