"""Xero's failures mean what Xero documents."""

from datetime import timedelta

import pytest

from providers.errors import (
    AuthorizationLost,
    Lack,
    LimitScope,
    LossReason,
    Missing,
    NotPermitted,
    Problem,
    RateLimited,
    Rejected,
    TryAgain,
    WireMismatch,
)
from providers.xero.errors import translate
from tests.providers.vendors import NOW, an_answer, sample


@pytest.mark.parametrize("status", [200, 204, 304])
def test_good_answers_are_no_errors(status: int) -> None:
    assert translate(an_answer(status)) is None


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, '{"Title":"Unauthorized","Detail":"TokenExpired: token expired"}', AuthorizationLost),
        (401, '{"Detail":"AuthenticationUnsuccessful"}', AuthorizationLost),
        (401, "", AuthorizationLost),
        (401, '{"Detail":"AuthorizationUnsuccessful"}', NotPermitted),
        (403, "<html>", NotPermitted),
        (403, '{"Detail":"AuthorizationUnsuccessful"}', NotPermitted),
        (404, "The resource you're looking for cannot be found", Missing),
        (412, "", WireMismatch),
        (405, "", WireMismatch),
        (302, "", WireMismatch),
        (500, '{"Title":"An error occurred"}', TryAgain),
        (500, "<html>", TryAgain),
        (501, "", WireMismatch),
        (503, "The organisation is offline", TryAgain),
    ],
)
def test_a_status_and_its_detail_say_what_to_do(status: int, body: str, kind: type) -> None:
    assert type(translate(an_answer(status, body))) is kind


def test_an_expired_token_is_told_from_a_lost_organisation() -> None:
    expired = translate(an_answer(401))
    gone = translate(an_answer(403, sample("xero/forbidden.json")))

    assert isinstance(expired, AuthorizationLost)
    assert isinstance(gone, AuthorizationLost)
    assert expired.reason is LossReason.REFRESH_REFUSED
    assert gone.reason is LossReason.ORGANISATION_GONE


@pytest.mark.parametrize(
    ("problem", "retry_after", "scope", "after"),
    [
        ("minute", "17", LimitScope.MINUTE, 17),
        ("day", "66975", LimitScope.DAY, 66_975),
        ("day", "", LimitScope.DAY, 3600),
        ("appminute", "", LimitScope.APPLICATION, 60),
        ("concurrent", "", LimitScope.CONCURRENT, 1),
        ("", "", LimitScope.MINUTE, 60),
        ("weekly", "5", LimitScope.MINUTE, 5),
    ],
)
def test_a_spent_allowance_says_which_and_until_when(
    problem: str, retry_after: str, scope: LimitScope, after: int
) -> None:
    headers = {"x-rate-limit-problem": problem, "retry-after": retry_after}

    error = translate(an_answer(429, headers=headers))

    assert isinstance(error, RateLimited)
    assert (error.scope, error.after) == (scope, timedelta(seconds=after))
    assert error.until == NOW + timedelta(seconds=after)


def test_a_validation_exception_keeps_every_message() -> None:
    error = translate(an_answer(400, sample("xero/validation_error.json")))

    assert isinstance(error, Rejected)
    assert error.problems == (
        Problem(code="10", text="Account code '461' has been archived"),
        Problem(code="10", text="The document date cannot be before the period lock date"),
    )


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (
            '{"ErrorNumber":16,"Type":"QueryParseException","Message":"No property X"}',
            Problem(code="16", text="No property X"),
        ),
        ('{"Type":"PostDataInvalidException"}', Problem(code="PostDataInvalidException", text="")),
        ("not json", Problem(code="unrecognised", text="")),
        ("[1]", Problem(code="unrecognised", text="")),
        ('{"Elements":[null,{"ValidationErrors":[7]}]}', Problem(code="unrecognised", text="")),
    ],
)
def test_other_refusals_keep_what_they_say(body: str, problem: Problem) -> None:
    error = translate(an_answer(400, body))

    assert isinstance(error, Rejected)
    assert error.problems == (problem,)


@pytest.mark.parametrize(
    ("status", "body", "lack"),
    [
        (401, '{"Detail":"AuthorizationUnsuccessful"}', Lack.PLAN),
        (403, '{"Detail":"AuthorizationUnsuccessful"}', Lack.PLAN),
        (403, "<html>", Lack.ROLE),
    ],
)
def test_what_is_not_allowed_says_what_it_lacks(status: int, body: str, lack: Lack) -> None:
    error = translate(an_answer(status, body))

    assert isinstance(error, NotPermitted)
    assert error.lack is lack
