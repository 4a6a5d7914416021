"""What the template promises, asked of the deployed stack."""

import json

import pytest
import requests

from tests.journeys.stack import Stack


def test_meta_shakes_hands_with_the_right_token(stack: Stack) -> None:
    asked = {
        "hub.mode": "subscribe",
        "hub.challenge": "1158201444",
        "hub.verify_token": stack.endpoints.verify_token,
    }

    answer = requests.get(stack.endpoints.webhook_url, params=asked, timeout=30)

    assert (answer.status_code, answer.text) == (200, "1158201444")


def test_nobody_shakes_hands_with_a_wrong_token(stack: Stack) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "guessed"}

    answer = requests.get(stack.endpoints.webhook_url, params=asked, timeout=30)

    assert answer.status_code == 403


@pytest.mark.parametrize(("key", "status"), [(None, 401), ("Bearer tdm_guessed", 403)])
def test_the_api_is_closed_without_a_key(stack: Stack, key: str | None, status: int) -> None:
    headers = {"Authorization": key} if key else {}

    answer = requests.get(f"{stack.endpoints.api_url}/lines", headers=headers, timeout=30)

    assert answer.status_code == status


def test_the_api_opens_with_the_seeded_key(stack: Stack) -> None:
    answer = stack.api("GET", "/lines")

    assert answer.status_code == 200, answer.text


def test_a_function_cannot_do_what_its_role_does_not_say(stack: Stack) -> None:
    sts, iam = stack.aws("sts"), stack.aws("iam")
    table = stack.endpoints.table_name
    arn = f"arn:aws:dynamodb:us-east-1:{sts.get_caller_identity()['Account']}:table/{table}"
    roles = {
        name: iam.get_role(RoleName=stack.resource(name))["Role"]["Arn"]
        for name in ("WebhookRole", "ApiAuthorizerRole")
    }

    decisions = {
        (name, action): iam.simulate_principal_policy(
            PolicySourceArn=roles[name], ActionNames=[f"dynamodb:{action}"], ResourceArns=[arn]
        )["EvaluationResults"][0]["EvalDecision"]
        for name in roles
        for action in ("GetItem", "PutItem")
    }

    assert decisions == {
        ("WebhookRole", "GetItem"): "implicitDeny",
        ("WebhookRole", "PutItem"): "implicitDeny",
        ("ApiAuthorizerRole", "GetItem"): "allowed",
        ("ApiAuthorizerRole", "PutItem"): "implicitDeny",
    }


def test_the_meta_app_keeps_room_for_two_secrets(stack: Stack) -> None:
    secret = stack.aws("secretsmanager").get_secret_value(SecretId=stack.resource("MetaApp"))

    assert json.loads(secret["SecretString"]) == {
        "current": stack.endpoints.app_secret,
        "previous": "",
    }
