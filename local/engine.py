"""The local AWS: MiniStack, on loopback only, enforcing the template's own permissions."""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local.place import Place
from local.process import Process, healthy, running

REGION = "us-east-1"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
}
_CALLS = Config(retries={"total_max_attempts": 2}, connect_timeout=2, read_timeout=60)


class Engine:
    """The local AWS of one place."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.process = Process(place, "aws")
        self.url = f"http://127.0.0.1:{place.port('aws')}"

    def start(self) -> bool:
        """Start it with the state it was stopped with. True when it was not running."""
        if self.process.pid() is None:
            shutil.rmtree(self.place.workers, ignore_errors=True)
            self.place.workers.mkdir()
        return self.process.start(
            [str(Path(sys.executable).with_name("ministack"))],
            environment=self._environment(),
            answers=lambda: healthy(f"{self.url}/_ministack/health"),
        )

    def stop(self) -> bool:
        """Stop it, saving its state. True when it was running."""
        return self.process.stop()

    def client(self, service: str) -> Any:
        """A boto3 client of the account's administrator."""
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.url,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
            config=_CALLS,
        )

    def reachable(self, address: str) -> str:
        """An address that the stack gives out, as this machine can reach it.

        `https://<api>.execute-api.<region>.amazonaws.com/<path>` names no host here; the engine
        serves the same API below its own address.
        """
        host, _, path = address.removeprefix("https://").partition("/")
        api, _, _ = host.partition(".")
        return f"{self.url}/_aws/execute-api/{api}/{path}"

    def workers(self, function: str) -> list[int]:
        """The pids of the processes that run a function now (its physical name)."""
        return running(f"{self.place.workers}/ministack-lambda-{function}-")

    def _environment(self) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "PYTHON", "POWERTOOLS_"))
        }
        return {
            **inherited,
            **CREDENTIALS,
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.place.port("aws")),
            # Off: it would listen on every address of this machine.
            "IOT_MTLS_ENABLED": "0",
            "AUTH": "true",
            "PERSIST_STATE": "1",
            "S3_PERSIST": "1",
            "STATE_DIR": str(self.place.engine_state),
            "S3_DATA_DIR": str(self.place.engine_files),
            "TMPDIR": str(self.place.workers),
            "LOG_LEVEL": "WARNING",
        }
