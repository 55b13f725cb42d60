from uuid import UUID

import pytest

from app import routes
from app.addresses import parse
from app.routes import Route
from app.screens import SCREENS

LOAN = UUID("01a2252c-89d7-73e0-97fa-376ff2deac67")


def sample(kind: type[Route]) -> Route:
    """A place of this kind, every part of its path filled in."""
    given = {
        "loan_id": LOAN,
        "application_id": LOAN,
        "agreement_id": LOAN,
        "dispute_id": LOAN,
        "step_up_id": LOAN,
        "business_id": LOAN,
        "line_id": LOAN,
        "task": "selfie",
        "asked": "/x",
    }
    return kind(**{name: value for name, value in given.items() if name in kind.__dataclass_fields__})


@pytest.mark.parametrize("kind", [*SCREENS, routes.NotThere])
def test_every_place_is_found_again_by_its_path(kind: type[Route]) -> None:
    place = sample(kind)

    assert parse(place.path) == place
    assert type(parse(place.back)) is not routes.NotThere


@pytest.mark.parametrize("address", ["/nowhere", "/loans/not-an-id", "/loans//pay", "/applications/1"])
def test_an_address_that_leads_nowhere_is_said_to(address: str) -> None:
    assert isinstance(parse(address), routes.NotThere)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        (f"/loans/{LOAN}/schedule", routes.Calendar(loan_id=LOAN)),
        (f"/loans/{LOAN}/statement?months=3", routes.Loan(loan_id=LOAN)),
        ("/profile/chats", routes.Chats()),
        (f"/confirm/{LOAN}", routes.ConfirmChat(step_up_id=LOAN)),
        (f"/loans/{LOAN}/pay", routes.Pay(loan_id=LOAN)),
    ],
)
def test_the_links_of_chats_lead_to_a_place(address: str, place: Route) -> None:
    assert parse(address) == place


def test_a_place_to_go_on_to_is_kept_through_the_sign_in() -> None:
    place = routes.SignIn(next=routes.Pay(loan_id=LOAN).path)

    assert parse(place.path) == place
    assert parse(parse(place.path).next) == routes.Pay(loan_id=LOAN)  # type: ignore[attr-defined]


def test_every_place_with_a_screen_says_who_may_see_it() -> None:
    public = {kind for kind in SCREENS if kind.public}

    assert public == {routes.Gallery, routes.MagicLink, routes.PasskeyDone, routes.SignIn, routes.Welcome}
