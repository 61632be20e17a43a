"""QuickBooks' failures mean what Intuit documents, in either spelling."""

import json
from datetime import timedelta

import pytest

from providers.errors import (
    AuthorizationLost,
    Lack,
    LimitScope,
    LossReason,
    Missing,
    NotPermitted,
    Outdated,
    Problem,
    RateLimited,
    Rejected,
    TryAgain,
    WireMismatch,
)
from providers.quickbooks.errors import faults, translate
from tests.providers.vendors import NOW, an_answer, decoded, sample


def upper(code: str) -> str:
    error = {"Message": "m", "Detail": "d", "code": code}
    return json.dumps({"Fault": {"Error": [error], "type": "ValidationFault"}})


def lower(code: str) -> str:
    error = {"message": "m", "detail": "d", "code": code, "element": None}
    return json.dumps({"Fault": None, "fault": {"error": [error], "type": "AUTHENTICATION"}})


def test_good_answers_are_no_errors() -> None:
    assert translate(an_answer(200)) is None


@pytest.mark.parametrize("spelling", [upper, lower])
@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "120", AuthorizationLost),
        (400, "500", WireMismatch),
        (400, "610", Missing),
        (400, "2020", Rejected),
        (400, "2170", Rejected),
        (400, "2500", Missing),
        (403, "3100", AuthorizationLost),
        (401, "3200", AuthorizationLost),
        (400, "4000", WireMismatch),
        (400, "4001", WireMismatch),
        (400, "5010", Outdated),
        (400, "6000", Rejected),
        (400, "6140", Rejected),
        (400, "6190", NotPermitted),
        (400, "6210", Rejected),
        (400, "6240", Rejected),
        (400, "6540", Rejected),
        (429, "003001", RateLimited),
        (400, "003001", RateLimited),
        (500, "10000", TryAgain),
    ],
)
def test_a_code_says_what_to_do(spelling, status: int, code: str, kind: type) -> None:  # type: ignore[no-untyped-def]
    for spelt in (code, code.zfill(6)):
        assert type(translate(an_answer(status, spelling(spelt)))) is kind


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, "", AuthorizationLost),
        (401, "<html>", AuthorizationLost),
        (403, "", NotPermitted),
        (404, "<html>", Missing),
        (429, "", RateLimited),
        (400, "", Rejected),
        (302, "", WireMismatch),
        (418, "", WireMismatch),
        (503, "<html>", TryAgain),
        (504, "", TryAgain),
    ],
)
def test_without_a_code_the_status_says_it(status: int, body: str, kind: type) -> None:
    assert type(translate(an_answer(status, body))) is kind


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        ("120", 401, LossReason.USER_LOST_ACCESS),
        ("3100", 403, LossReason.ORGANISATION_GONE),
        ("3200", 401, LossReason.REFRESH_REFUSED),
    ],
)
def test_a_loss_has_its_reason(code: str, status: int, reason: LossReason) -> None:
    error = translate(an_answer(status, lower(code)))

    assert isinstance(error, AuthorizationLost)
    assert error.reason is reason


@pytest.mark.parametrize(("stated", "seconds"), [("", 60), ("7", 7)])
def test_a_throttle_lasts_a_minute_unless_told(stated: str, seconds: int) -> None:
    error = translate(an_answer(429, headers={"retry-after": stated}))

    assert isinstance(error, RateLimited)
    assert error.scope is LimitScope.MINUTE
    assert error.until == NOW + timedelta(seconds=seconds)


def test_a_rejection_keeps_code_detail_and_field() -> None:
    error = translate(an_answer(400, sample("quickbooks/fault.json")))

    assert isinstance(error, Rejected)
    assert error.problems == (
        Problem(
            code="6140",
            text="Duplicate Document Number Error : You must specify a different number.",
            field="DocNumber",
        ),
    )


def test_the_gateways_spelling_is_read() -> None:
    (problem,) = faults(decoded("quickbooks/gateway_fault.json"))

    assert problem == Problem(code="3200", text="Token expired")


@pytest.mark.parametrize("body", [None, [], {}, {"Fault": []}, {"fault": {"error": [7, "x"]}}])
def test_a_fault_without_errors_has_none(body: object) -> None:
    assert faults(body) == ()


@pytest.mark.parametrize(
    ("status", "code", "lack"),
    [
        (400, "5020", Lack.ROLE),
        (400, "5030", Lack.PLAN),
        (400, "6190", Lack.SUBSCRIPTION),
        (403, "", Lack.ROLE),
    ],
)
def test_what_is_not_allowed_says_what_it_lacks(status: int, code: str, lack: Lack) -> None:
    error = translate(an_answer(status, upper(code)))

    assert isinstance(error, NotPermitted)
    assert error.lack is lack
