"""What is to run: the template read with local values, and which parts of the machinery it needs."""

import os
from dataclasses import dataclass, replace

from infra.local.execution.lambdas import LambdaOptions
from infra.local.machine.guard import Guard
from infra.local.machine.ports import HOST, Ports, choose_ports
from infra.local.machine.region import ACCOUNT
from infra.local.machine.settings import LocalSettings
from infra.local.plan.defaults import (
    MIGRATOR,
    LocalValues,
    of_any_machine,
    require_secrets,
    template_parameters,
)
from infra.local.plan.endpoints import Endpoints, build_endpoints
from infra.local.plan.installation import load_installation
from infra.local.plan.keys import KeyStore
from infra.local.postgres import PostgresServer
from infra.local.template import load_template
from infra.local.template.limits import require_allowed
from infra.local.template.model import Function, System


@dataclass(frozen=True)
class Plan:
    """Everything that is decided before anything starts. `postgres` None: an external one, or none needed."""

    settings: LocalSettings
    ports: Ports
    system: System
    endpoints: Endpoints
    values: LocalValues
    postgres: PostgresServer | None
    own_broker: bool

    @property
    def lambda_options(self) -> LambdaOptions:
        return LambdaOptions(
            concurrency=self.settings.concurrency,
            urgent=self.awaited_functions,
            idle_seconds=self.settings.idle_seconds,
            aws_endpoint=self.endpoints.aws_endpoint,
            clock=str(self.settings.clock),
            pure_client=self.settings.pure_client,
            fork=self.settings.fork,
            overrides=self.values.variables(),
        )

    @property
    def shelf(self) -> list[str]:
        """The bucket of photos, and the origins whose pages upload to it: the API's own and allowed ones."""
        own = Guard.of(self.ports.gateway, self.settings.further_hosts).origins
        allowed = filter(None, self.settings.allowed_origins.split(","))
        return [self.system.buckets[0], ",".join(sorted({*own, *allowed}))] if self.system.buckets else []

    @property
    def warm_functions(self) -> set[str]:
        """Those that a client waits for: behind the API, its authorisers, and function URLs."""
        api = self.system.api
        behind = {r.function for r in api.routes} | {a.function for a in api.authorizers.values()} if api else set()
        return behind | set(self.system.function_urls)

    @property
    def awaited_functions(self) -> set[str]:
        """These, and those that only an operator invokes: all that neither a queue nor a schedule feeds."""
        fed = {s.function for s in self.system.queue_sources} | {s.function for s in self.system.schedules}
        return self.warm_functions | (self.system.functions.keys() - fed)

    @property
    def database_services(self) -> set[str]:
        """Services whose functions have a database role of their own."""
        using = {f.service for f in self.system.functions.values() if _uses_database(f)}
        return using - {f.service for f in self.system.functions.values() if f.logical_id == MIGRATOR}


def make_plan(settings: LocalSettings, port_patience: float = 0) -> Plan:
    """Read the template and choose the ports; nothing is started."""
    ports = choose_ports(settings.ports, settings.state, port_patience)
    aws_endpoint = settings.aws_endpoint_url or f"http://{HOST}:{ports.broker}"
    installation = load_installation(settings.installation) if settings.installation else None
    chosen = {**(installation.parameters if installation else {}), **settings.parameters}
    parameters = (
        of_any_machine(settings.log_level)
        if installation
        else template_parameters(f"http://{HOST}:{ports.sandbox}", ports.mail, settings.log_level, chosen)
    )
    parameters["AllowedOrigins"] = settings.allowed_origins
    parameters["PhotosUrl"] = f"{aws_endpoint}/cyclorama-photos-{ACCOUNT}"
    parameters["RequestsPerAddress"] = str(settings.requests_per_address)
    if settings.call_limits is not None:
        parameters["CallLimits"] = settings.call_limits
    if installation:
        require_allowed(settings.template, installation.parameters)
    system = load_template(settings.template, chosen, aws_endpoint, parameters)
    if installation:
        require_secrets(installation, system)
    if settings.visibility_seconds:
        system = _impatient(system, settings.visibility_seconds)
    needs_database = any(map(_uses_database, system.functions.values()))
    postgres = None
    if needs_database and not settings.database_url:
        postgres = PostgresServer(settings.state / "postgres", ports.postgres, log=settings.logs / "postgres.log")
    database_url = settings.database_url or (postgres.url if postgres else "")
    endpoints = build_endpoints(os.getpid(), ports, aws_endpoint, database_url, str(settings.clock))
    values = LocalValues(endpoints, KeyStore(settings.state), installation)
    needs_broker = bool(system.queues or system.buses or system.secrets or system.parameters or system.buckets)
    own_broker = needs_broker and not settings.aws_endpoint_url
    return Plan(settings, ports, system, endpoints, values, postgres, own_broker)


def _impatient(system: System, seconds: int) -> System:
    """No queue waits any longer for a function that died."""
    patience = {"VisibilityTimeout": str(seconds)}
    queues = (replace(queue, attributes={**queue.attributes, **patience}) for queue in system.queues)
    return replace(system, queues=tuple(queues))


def _uses_database(function: Function) -> bool:
    return "DATABASE_URL" in function.environment
