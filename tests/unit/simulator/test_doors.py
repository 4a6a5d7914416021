"""The controls over HTTP and on the command line, the state file, and the pages of the signup."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator import Simulator
from simulator.commands import main, value_of
from simulator.controls import Controls
from simulator.doors import DOORS
from tests.unit.simulator.actors import SECRET, Receiver, Shop, StillClock, connected, listen

ROOT = Path(__file__).parents[3]


def control(meta: Simulator, method: str, path: str, body: Any = None) -> requests.Response:
    return requests.request(method, f"{meta.url}/_sim{path}", json=body, timeout=10)


def test_every_verb_has_a_door_and_every_door_a_verb() -> None:
    verbs = {name for name in vars_of(Controls) if not name.startswith("_")}

    assert {door.verb for door in DOORS} == verbs


def vars_of(kind: type) -> set[str]:
    return {name for part in kind.__mro__[:-1] for name in vars(part)}


def test_a_whole_story_goes_over_http(meta: Simulator, receiver: Receiver) -> None:
    app = {
        "app_id": "42",
        "app_secret": SECRET,
        "callback_url": receiver.url,
        "verify_token": receiver.verify_token,
    }
    assert control(meta, "GET", "/health").json()["ok"]
    assert control(meta, "PUT", "/app", app).json() == {
        "app_id": "42",
        "verified": True,
        "problem": None,
    }
    business = control(
        meta, "POST", "/businesses", {"name": "Bakery", "phone_number": "+1 555 010 0077"}
    ).json()
    line = f"/lines/{business['phone_number_id']}"
    past = {"messages": 40, "threads": 4, "seed": 2, "chunk_messages": 10, "media_share": 0}
    assert control(meta, "PUT", f"{line}/history", past).json()["messages"] == 40
    signup = {"waba_id": business["waba_id"], "share_history": True}
    assert control(meta, "POST", "/signup", signup).json()["code"]
    asked = control(meta, "POST", "/tokens", {"waba_ids": [business["waba_id"]]}).json()
    bearer = {"Authorization": f"Bearer {asked['access_token']}"}
    requests.post(f"{meta.url}/{business['waba_id']}/subscribed_apps", headers=bearer, timeout=5)
    written = {"from": "12125550123", "text": "Hi"}
    wamid = control(meta, "POST", f"{line}/customer_message", written).json()["wamid"]
    control(meta, "PUT", "/faults", {"shuffle": True})
    control(meta, "PUT", f"{line}/customers/12125550123/statuses", {"order": ["sent"]})
    meta.wait_until_delivered()

    assert control(meta, "GET", "/faults").json()["shuffle"] is True
    assert control(meta, "GET", "/deliveries").json()["delivered"] == 2
    truth = requests.get(
        f"{meta.url}/_sim/truth",
        params={"phone_number_id": business["phone_number_id"]},
        timeout=5,
    ).json()
    assert truth["messages"][wamid]["thread"] == "12125550123"
    assert control(meta, "POST", "/reset", {}).json()["ok"]
    assert control(meta, "GET", "/businesses").json() == {"businesses": []}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", None, 404),
        ("POST", "/lines/404/offboard", {}, 404),
        ("POST", "/signup", {"waba_id": "404"}, 404),
        ("GET", "/truth?phone_number_id=404", None, 404),
        ("POST", "/signup", {}, 400),
        ("PUT", "/faults", {"earthquake": 1}, 400),
        ("PUT", "/statuses", {"order": ["lost"]}, 400),
        ("PUT", "/statuses", {"fail_code": 7}, 400),
        ("PUT", "/app", {"colour": "green"}, 400),
        ("PUT", "/app", ["list"], 400),
        ("POST", "/clock", {"seconds": -1}, 400),
        ("PUT", "/customers/12125550123", {"hides_phone": True}, 400),
    ],
)
def test_a_control_that_makes_no_sense_says_so(
    meta: Simulator, method: str, path: str, body: Any, status: int
) -> None:
    response = control(meta, method, path, body)

    assert response.status_code == status
    assert response.json()["error"]


def test_calls_are_remembered_without_their_secrets(shop: Shop) -> None:
    own_token = str(shop.graph.token)
    shop.graph.send(shop.line)
    shop.graph.get("debug_token", input_token=own_token, access_token=own_token)
    shop.graph.get("404404")

    everything = shop.meta.calls()["calls"]
    (sent,) = shop.meta.calls(path="/messages")["calls"]
    assert (sent["endpoint"], sent["status"], sent["code"]) == ("messages", 200, None)
    assert sent["params"]["text"] == {"body": "Hello"}
    assert everything[-1]["code"] == 100
    told = json.dumps(everything)
    assert SECRET not in told
    assert own_token not in told


def test_time_can_be_pushed_forward(shop: Shop) -> None:
    shop.meta.advance_clock(seconds=86_401)

    assert shop.sync("history")["error"]["code"] == 2593108


def test_everything_is_as_before_after_a_restart(
    clock: StillClock, receiver: Receiver, tmp_path: Path
) -> None:
    state = tmp_path / "meta.json"
    with Simulator(seed=7, time_scale=0, clock=clock, state=state) as meta:
        listen(meta, receiver)
        shop = connected(meta)
        meta.prepare_history(phone_number_id=shop.line, messages=50, threads=5, media_share=0.3)
        shop.sync("smb_app_state_sync")
        meta.set_faults(duplicate=0.5, silence=True)
        meta.statuses(phone_number_id=shop.line, phone="12125550123", order=["read"])
        shop.hears_from("12125550123")
        shop.graph.send(shop.line, to="12125550123")
        meta.advance_clock(seconds=60)
        meta.wait_until_delivered()
        before, records = shop.truth(), meta.world.records

    with Simulator(time_scale=0, clock=clock, state=state) as meta:
        assert meta.truth(phone_number_id=shop.line) == before
        assert meta.world.records == records
        shop.graph.url = meta.url
        assert shop.sync("smb_app_state_sync")["error"]["code"] == 2593107


def test_values_on_the_command_line_are_json_where_they_can_be() -> None:
    assert value_of("duplicate=0.2") == ("duplicate", 0.2)
    assert value_of("shuffle=true") == ("shuffle", True)
    assert value_of('order=["sent"]') == ("order", ["sent"])
    assert value_of("to=15550100001") == ("to", "15550100001")
    assert value_of("text=a=b") == ("text", "a=b")
    with pytest.raises(ValueError, match="name=value"):
        value_of("loose")


def test_the_command_line_speaks_to_a_running_simulator(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    url = ["--url", shop.meta.url]

    done = main(
        ["customer-message", f"phone_number_id={shop.line}", "from=12125550123", "text=Hi", *url]
    )
    wamid = json.loads(capsys.readouterr().out)["wamid"]
    asked = main(["truth", f"phone_number_id={shop.line}", *url])
    truth = json.loads(capsys.readouterr().out)
    refused = main(["signup", "waba_id=404", *url])
    complaint = capsys.readouterr().err
    incomplete = main(["offboard", *url])

    assert (done, asked, refused, incomplete) == (0, 0, 1, 1)
    assert wamid in truth["messages"]
    assert "404" in complaint
    assert "phone_number_id" in capsys.readouterr().err


def test_nobody_listening_is_said_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["health", "--url", "http://127.0.0.1:9"]) == 1

    assert "no simulator" in capsys.readouterr().err


def test_a_taken_port_is_said_plainly(
    meta: Simulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    assert main(["--port", meta.url.rpartition(":")[2]]) == 1

    assert "cannot listen" in capsys.readouterr().err


def test_a_process_says_where_it_is_and_ends_when_told(tmp_path: Path) -> None:
    state = tmp_path / "meta.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--port", "0", "--state", str(state)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert process.stdout is not None
    with process, process.stdout:
        url = json.loads(process.stdout.readline())["url"]
        requests.post(f"{url}/_sim/businesses", json={"name": "Bakery"}, timeout=5)
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=5) == 0

    assert "Bakery" in state.read_text()


def test_the_signup_pages_are_served_where_metas_are(meta: Simulator) -> None:
    for path in ("/sdk.js", "/en_US/sdk.js"):
        script = requests.get(f"{meta.url}{path}", timeout=5)
        assert script.headers["Content-Type"].startswith("text/javascript")
        assert "window.FB" in script.text
    for path in ("/dialog", "/v25.0/dialog/oauth"):
        dialog = requests.get(f"{meta.url}{path}", params={"config_id": "1"}, timeout=5)
        assert dialog.headers["Content-Type"].startswith("text/html")
        assert "WA_EMBEDDED_SIGNUP" in dialog.text


def test_two_hundred_calls_fit_into_a_second(shop: Shop) -> None:
    kept_alive = http.client.HTTPConnection(shop.meta.url.removeprefix("http://"), timeout=5)
    bearer = {"Authorization": f"Bearer {shop.graph.token}"}
    started = time.perf_counter()

    for _ in range(200):
        kept_alive.request("GET", f"/v25.0/{shop.line}", headers=bearer)
        assert b"quality_rating" in kept_alive.getresponse().read()

    assert time.perf_counter() - started < 1
    kept_alive.close()
