"""template.yaml keeps its promises: least privilege, nothing lost, nothing forgotten."""

import re
from typing import Any

import pytest

from tandem.runtime import metrics
from tandem.store.due import ROUND_SECONDS
from tests.repository.conftest import ROOT, python_files

FUNCTION = "AWS::Serverless::Function"
QUEUE = "AWS::SQS::Queue"

type Resources = dict[str, Any]


def of_type(resources: Resources, kind: str) -> Resources:
    return {name: each for name, each in resources.items() if each["Type"] == kind}


def attribute(value: Any) -> str:
    """The logical id that `!GetAtt` names."""
    got = value["Fn::GetAtt"]
    return str(got[0] if isinstance(got, list) else got.partition(".")[0])


def statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        statement
        for policy in role["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def sources(resources: Resources) -> dict[str, tuple[str, dict[str, Any]]]:
    """For each queue that a function reads: the function, and how it reads."""
    return {
        attribute(event["Properties"]["Queue"]): (name, event["Properties"])
        for name, function in of_type(resources, FUNCTION).items()
        for event in function["Properties"].get("Events", {}).values()
        if event["Type"] == "SQS"
    }


def dead_letters(resources: Resources) -> dict[str, str]:
    """For each queue with a dead-letter queue: that one's name."""
    return {
        name: attribute(queue["Properties"]["RedrivePolicy"]["deadLetterTargetArn"])
        for name, queue in of_type(resources, QUEUE).items()
        if "RedrivePolicy" in queue["Properties"]
    }


# ── functions ────────────────────────────────────────────────────────────────────────────────


def test_every_folder_is_a_function_and_every_function_a_folder(resources: Resources) -> None:
    folders = {handler.parent.name for handler in ROOT.glob("functions/*/handler.py")}

    functions = of_type(resources, FUNCTION)

    assert {each["Properties"]["CodeUri"] for each in functions.values()} == {
        f"functions/{folder}" for folder in folders
    }
    for name, function in functions.items():
        folder = function["Properties"]["CodeUri"].replace("/", ".")
        assert function["Properties"]["Handler"] == f"{folder}.handler.handler", name
        assert folder.split(".")[1].replace("_", "") == name.lower()


def test_every_function_has_a_role_and_logs_of_its_own(resources: Resources) -> None:
    functions = of_type(resources, FUNCTION)

    roles = {name: attribute(each["Properties"]["Role"]) for name, each in functions.items()}
    logs = {
        name: each["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
        for name, each in functions.items()
    }

    assert roles == {name: f"{name}Role" for name in functions}
    assert logs == {name: f"{name}Logs" for name in functions}
    for name in logs.values():
        assert resources[name]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_a_function_is_given_no_more_settings_than_permissions(resources: Resources) -> None:
    """A queue, bucket, secret or key in the environment is one that the role can use."""
    for name, function in of_type(resources, FUNCTION).items():
        settings = function["Properties"].get("Environment", {}).get("Variables", {}).values()
        needed = {
            attribute(value) if "Fn::GetAtt" in value else value["Ref"]
            for value in settings
            if isinstance(value, dict) and ("Ref" in value or "Fn::GetAtt" in value)
        }
        allowed = str(statements(resources[f"{name}Role"]))
        for resource in needed & set(resources):
            assert re.search(rf"\b{resource}\b", allowed), f"{name} cannot use its {resource}"


# ── least privilege ──────────────────────────────────────────────────────────────────────────


def test_no_permission_is_for_everything(resources: Resources) -> None:
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        for statement in statements(role):
            assert "*" not in as_list(statement["Resource"]), name
            assert not any("*" in action for action in as_list(statement["Action"])), name
            assert "NotAction" not in statement, name
            assert "NotResource" not in statement, name


def test_no_role_borrows_permissions(resources: Resources) -> None:
    for name, role in of_type(resources, "AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in role["Properties"], name


def test_a_function_writes_its_own_logs_only(resources: Resources) -> None:
    for name in of_type(resources, FUNCTION):
        logging = [
            statement["Resource"]
            for statement in statements(resources[f"{name}Role"])
            if any(action.startswith("logs:") for action in as_list(statement["Action"]))
        ]
        assert [attribute(each) for each in logging] == [f"{name}Logs"]


def test_whoever_may_call_a_function_is_named(resources: Resources) -> None:
    for name, permission in of_type(resources, "AWS::Lambda::Permission").items():
        source = permission["Properties"]["SourceArn"]["Fn::Sub"]
        assert "${HttpApi}/" in source, name


def test_only_onboarding_seals_tokens_and_its_callback_opens_none(resources: Resources) -> None:
    actions = {
        name: {action for each in statements(role) for action in as_list(each["Action"])}
        for name, role in of_type(resources, "AWS::IAM::Role").items()
    }

    seal = {name for name, each in actions.items() if "kms:Encrypt" in each}
    assert seal == {"OnboardingRole", "OnboardingStepsRole"}
    assert "kms:Decrypt" not in actions["OnboardingRole"]


def test_the_webhook_reads_nothing_of_anybody(resources: Resources) -> None:
    actions = {
        action
        for each in statements(resources["WebhookRole"])
        for action in as_list(each["Action"])
    }

    assert actions == {
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "secretsmanager:GetSecretValue",
        "sqs:SendMessage",
        "s3:PutObject",
    }


# ── queues ───────────────────────────────────────────────────────────────────────────────────


def test_every_queue_is_read_or_holds_dead_letters(resources: Resources) -> None:
    queues, read, dead = of_type(resources, QUEUE), sources(resources), dead_letters(resources)

    assert set(queues) == set(read) | set(dead.values())
    assert set(read) == set(dead)


def test_a_dead_letter_queue_serves_one_queue_of_its_kind(resources: Resources) -> None:
    dead = dead_letters(resources)

    assert len(set(dead.values())) == len(dead)
    for queue, letters in dead.items():
        kinds = [resources[name]["Properties"].get("FifoQueue") for name in (queue, letters)]
        assert kinds[0] == kinds[1], queue


def test_every_dead_letter_rings(resources: Resources) -> None:
    watched = {
        attribute(dimension["Value"])
        for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values()
        for dimension in alarm["Properties"]["Dimensions"]
        if alarm["Properties"]["MetricName"] == "ApproximateNumberOfMessagesVisible"
        and alarm["Properties"]["Threshold"] == 0
    }

    assert watched == set(dead_letters(resources).values())


def test_every_alarm_reaches_somebody(resources: Resources) -> None:
    for name, alarm in of_type(resources, "AWS::CloudWatch::Alarm").items():
        assert alarm["Properties"]["AlarmActions"] == [{"Ref": "Alarms"}], name
        assert alarm["Properties"]["AlarmDescription"].endswith("."), name


def test_an_alarm_of_ours_watches_what_is_counted_and_by_what(resources: Resources) -> None:
    """A name that nobody counts would never ring."""
    watched = [
        alarm["Properties"]
        for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values()
        if alarm["Properties"]["Namespace"] == metrics.NAMESPACE
    ]
    code = "".join(path.read_text() for path in python_files("layers/domain/tandem/runtime"))

    assert watched
    for alarm in watched:
        assert re.search(rf'(?:count\(|tell\(\{{)"{alarm["MetricName"]}"', code)
        assert [dimension["Name"] for dimension in alarm["Dimensions"]] == ["stage"]


def test_a_message_is_not_given_twice_while_it_is_being_worked_on(resources: Resources) -> None:
    for queue, (function, _) in sources(resources).items():
        timeout = resources[function]["Properties"]["Timeout"]
        assert resources[queue]["Properties"]["VisibilityTimeout"] >= 6 * timeout, queue


def test_one_bad_message_goes_alone(resources: Resources) -> None:
    for queue, (_, reading) in sources(resources).items():
        assert reading["FunctionResponseTypes"] == ["ReportBatchItemFailures"], queue


def test_a_queue_takes_a_bounded_share_of_the_account(
    template: dict[str, Any], resources: Resources
) -> None:
    for queue, (_, reading) in sources(resources).items():
        bound = reading["ScalingConfig"]["MaximumConcurrency"]
        bounds = [bound]
        if isinstance(bound, dict):
            name, _, which = bound["Fn::FindInMap"]
            bounds = [stage[which] for stage in template["Mappings"][name].values()]
        assert all(2 <= each <= 50 for each in bounds), queue


def test_the_keeper_comes_as_often_as_it_is_counted_on(resources: Resources) -> None:
    (event,) = resources["LineKeeper"]["Properties"]["Events"].values()

    assert event["Properties"]["Schedule"] == f"rate({ROUND_SECONDS // 60} minutes)"


def test_nothing_waits_unencrypted(resources: Resources) -> None:
    for name, queue in of_type(resources, QUEUE).items():
        assert queue["Properties"]["SqsManagedSseEnabled"] is True, name
        assert queue["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600, name


# ── what is kept ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kept", ["Table", "Archive", "Media", "TokenKey"])
def test_what_is_kept_outlives_the_stack(resources: Resources, kept: str) -> None:
    assert resources[kept]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resources[kept]["UpdateReplacePolicy"] == "Retain"


def test_the_table_can_be_put_back_to_any_second(resources: Resources) -> None:
    table = resources["Table"]["Properties"]

    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsProduction", True, False]}
    assert table["SSESpecification"]["SSEEnabled"] is True
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_no_bucket_is_public_or_plain(resources: Resources) -> None:
    for name, bucket in of_type(resources, "AWS::S3::Bucket").items():
        assert all(bucket["Properties"]["PublicAccessBlockConfiguration"].values()), name
        assert "BucketEncryption" in bucket["Properties"], name


def test_an_uploaded_file_expires_once_no_queue_can_name_it_any_more(resources: Resources) -> None:
    archive = resources["Archive"]["Properties"]
    (rule,) = [
        each
        for each in archive["LifecycleConfiguration"]["Rules"]
        if each.get("Prefix") == "uploads/"
    ]
    kept = resources["ListsDeadLetters"]["Properties"]["MessageRetentionPeriod"]

    assert rule["Status"] == "Enabled"
    assert kept < rule["ExpirationInDays"] * 24 * 3600 <= 30 * 24 * 3600


def test_pages_may_put_files_only_where_they_are_named(resources: Resources) -> None:
    said = resources["Archive"]["Properties"]["CorsConfiguration"]
    condition, named, otherwise = said["Fn::If"]

    assert (condition, otherwise) == ("PagesUpload", {"Ref": "AWS::NoValue"})
    assert [(rule["AllowedMethods"], rule["AllowedOrigins"]) for rule in named["CorsRules"]] == [
        (["PUT"], {"Ref": "UploadOrigins"})
    ]


# ── the door ─────────────────────────────────────────────────────────────────────────────────


def test_only_what_proves_itself_otherwise_is_open(resources: Resources) -> None:
    """A signature, an invitation or nothing worth protecting; all else needs a key."""
    open_routes = {
        route["Properties"]["RouteKey"]
        for route in of_type(resources, "AWS::ApiGatewayV2::Route").values()
        if route["Properties"].get("AuthorizationType") != "CUSTOM"
    }

    assert open_routes == {
        "GET /webhook",
        "POST /webhook",
        "GET /connect",
        "GET /connect/{proxy+}",
        "GET /onboarding",
        "POST /onboarding",
        "GET /onboarding/{onboarding}",
        "GET /onboarding/{onboarding}/certificate",
    }


def test_the_door_is_throttled(resources: Resources) -> None:
    (stage,) = of_type(resources, "AWS::ApiGatewayV2::Stage").values()
    routes = stage["Properties"]["RouteSettings"]

    assert stage["Properties"]["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    assert {route: slow["ThrottlingRateLimit"] for route, slow in routes.items()} == {
        "GET /onboarding": 10,
        "POST /onboarding": 10,
        "GET /onboarding/{onboarding}/certificate": 5,
    }


def test_a_deployment_can_be_read_before_it_is_made(template: dict[str, Any]) -> None:
    for section in ("Parameters", "Outputs"):
        for name, each in template[section].items():
            assert each["Description"].strip().endswith("."), f"{section}.{name}"


def test_every_secret_parameter_is_hidden(template: dict[str, Any]) -> None:
    secret = {name for name in template["Parameters"] if re.search("Secret|Token|Key", name)}

    assert secret == {"MetaAppSecret"}
    assert template["Parameters"]["MetaAppSecret"]["NoEcho"] is True


# ── settings ─────────────────────────────────────────────────────────────────────────────────


def test_every_setting_that_is_read_is_given_and_the_other_way_round(
    template: dict[str, Any], resources: Resources
) -> None:
    lambda_gives = {"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
    powertools_reads = {"LOG_LEVEL", "POWERTOOLS_SERVICE_NAME"}
    read = {
        name
        for module in python_files("functions", "layers/domain/tandem")
        for name in re.findall(r'\bsetting\("([A-Z_]+)"\)', module.read_text())
    }

    given = set(template["Globals"]["Function"]["Environment"]["Variables"]).union(
        *(
            function["Properties"].get("Environment", {}).get("Variables", {})
            for function in of_type(resources, FUNCTION).values()
        )
    )

    assert read - given == lambda_gives & read
    mentioned = "".join(path.read_text() for path in python_files("functions", "layers/domain"))
    assert {name for name in given - powertools_reads if f'"{name}"' not in mentioned} == set()
