"""A local stack: started, deployed, described, stopped. Every verb may be repeated.

with Steps() as steps: ...
endpoints = up(DEFAULT, steps)      # start, deploy, seed
down(DEFAULT, steps)                # the state stays
"""

import json
import secrets
from dataclasses import asdict, dataclass, replace
from typing import Any

from local import build, dialect
from local import deploy as deployment
from local import seed as seeding
from local.engine import Engine
from local.meta import Meta
from local.place import PROJECT, Place, write_json
from local.progress import Steps

TEMPLATE = PROJECT / "template.yaml"
TENANT = "demo"
APP_ID = "1000000000000001"
LOGIN_CONFIGURATION_ID = "1000000000000002"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a running stack is reached, and with what. Its fields are those of endpoints.json."""

    webhook_url: str
    connect_url: str
    onboarding_url: str
    api_url: str
    simulator_url: str
    aws_endpoint: str
    app_id: str
    app_secret: str
    verify_token: str
    tenant: str
    api_key: str
    invitation: str
    invitation_url: str
    stack_name: str
    table_name: str
    archive_bucket: str
    media_bucket: str


def up(place: Place, steps: Steps) -> Endpoints:
    """Bring a stack up to the code and the template as they are now."""
    start(place, steps)
    outputs = deploy(place, steps)
    return seed(place, outputs, steps)


def start(place: Place, steps: Steps) -> None:
    """Start the local AWS and the stand-in for Meta, with the state they were stopped with."""
    place.prepare()
    with steps.step("Starting the local AWS") as step:
        engine = Engine(place)
        step.say(engine.url if engine.start() else "was running")
    with steps.step("Starting the stand-in for Meta") as step:
        meta = Meta(place)
        step.say(meta.url if meta.start() else "was running")


def build_layers(steps: Steps) -> None:
    """Build the layers ahead of a deployment, which then finds them built."""
    resources = deployment.read_template(TEMPLATE)["Resources"]
    layers = {name: each for name, each in resources.items() if "LayerVersion" in each["Type"]}
    with steps.step("Building layers", total=len(layers)) as step:
        for name, layer in layers.items():
            build.archive(name, layer)
            step.advance()
        step.say(", ".join(layers))


def deploy(place: Place, steps: Steps) -> dict[str, str]:
    """Package the code and deploy the template; the stack's outputs."""
    engine, template = Engine(place), deployment.read_template(TEMPLATE)
    code = sum("Serverless" in resource["Type"] for resource in template["Resources"].values())
    with steps.step("Building functions and layers", total=code) as step:

        def packaging(name: str) -> None:
            step.say(name)
            step.advance()

        template = dialect.spoken(deployment.package(template, engine, each=packaging))
        step.say(f"{code} packages")
    with steps.step("Deploying template.yaml", total=len(template["Resources"])) as step:
        outputs = deployment.apply(template, _parameters(place), engine, progress=step.at)
        step.say(f"{len(template['Resources'])} resources")
    return outputs


def seed(place: Place, outputs: dict[str, str], steps: Steps) -> Endpoints:
    """Give the stack what a deployment gets by hand: a key, an invitation, its callback."""
    engine, meta = Engine(place), Meta(place)
    with steps.step("Registering with the stand-in") as step:
        remembered = endpoints(place) if place.endpoints.exists() else None
        same_table = remembered is not None and remembered.table_name == outputs["TableName"]
        found = Endpoints(
            webhook_url=engine.reachable(outputs["CallbackUrl"]),
            connect_url=engine.reachable(outputs["ConnectUrl"]),
            onboarding_url=engine.reachable(outputs["ConnectUrl"]).removesuffix("connect")
            + "onboarding",
            api_url=engine.reachable(outputs["ApiUrl"]),
            simulator_url=meta.url,
            aws_endpoint=engine.url,
            app_id=APP_ID,
            app_secret=_app_secret(place),
            verify_token=seeding.verify_token(engine, outputs),
            tenant=TENANT,
            api_key=remembered.api_key
            if remembered and same_table
            else seeding.api_key(engine, TENANT),
            **seeding.invitation(engine, TENANT),
            table_name=outputs["TableName"],
            archive_bucket=outputs["ArchiveBucketName"],
            media_bucket=outputs["MediaBucketName"],
            stack_name=deployment.STACK,
        )
        meta.install(
            app_id=found.app_id,
            app_secret=found.app_secret,
            callback_url=found.webhook_url,
            verify_token=found.verify_token,
        )
        _remember(place, found)
        step.say(f"tenant {found.tenant}")
    return found


def endpoints(place: Place) -> Endpoints:
    """Where the stack is reached, as the last `up` wrote it; FileNotFoundError before the first."""
    return Endpoints(**json.loads(place.endpoints.read_text()))


def invite(place: Place) -> Endpoints:
    """The stack with an invitation that nobody has used: each is good for one number."""
    found = replace(endpoints(place), **seeding.invitation(Engine(place), TENANT))
    _remember(place, found)
    return found


def down(place: Place, steps: Steps) -> bool:
    """Stop everything gracefully; the state stays. True when something was running."""
    with steps.step("Stopping the stand-in for Meta") as step:
        meta_ran = Meta(place).stop()
        step.say("stopped" if meta_ran else "was not running")
    with steps.step("Stopping the local AWS") as step:
        engine_ran = Engine(place).stop()
        step.say("stopped, state kept" if engine_ran else "was not running")
    return meta_ran or engine_ran


def running(place: Place) -> dict[str, int | None]:
    """The pid of each process of the stack, None for one that does not run."""
    return {process.name: process.pid() for process in (Engine(place).process, Meta(place).process)}


def client(place: Place, service: str) -> Any:
    """A boto3 client of the stack's administrator, for looking inside in a test."""
    return Engine(place).client(service)


def resource(place: Place, logical_id: str) -> str:
    """The physical name of a resource of the template."""
    return deployment.physical_name(Engine(place), logical_id)


def workers(place: Place, function: str) -> list[int]:
    """The pids that run a function now, by its logical id; killing one is a crash in mid-work."""
    return Engine(place).workers(resource(place, function))


def _remember(place: Place, found: Endpoints) -> None:
    write_json(place.endpoints, asdict(found))
    place.endpoints.chmod(0o600)


def _parameters(place: Place) -> dict[str, str]:
    simulator = Meta(place).url
    return {
        "Stage": "dev",
        "MetaAppId": APP_ID,
        "MetaAppSecret": _app_secret(place),
        "LoginConfigurationId": LOGIN_CONFIGURATION_ID,
        "GraphUrl": simulator,
        "SdkUrl": f"{simulator}/sdk.js",
        "SdkOrigin": simulator,
    }


def _app_secret(place: Place) -> str:
    """The rehearsal's app secret: made up once, then remembered."""
    path = place.state / "app_secret"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(16))
    return path.read_text()
