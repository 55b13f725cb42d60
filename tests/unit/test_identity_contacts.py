"""One spelling for each phone number and address."""

import pytest

from backend.identity.contacts import Contact, contact, email, phone
from backend.identity.errors import EmailInvalid, PhoneInvalid


@pytest.mark.parametrize("typed", ["0803 123 4567", "+234 803-123-4567", "234 803 123 4567", "(0803)1234567"])
def test_every_way_to_write_a_number_becomes_e164(typed: str) -> None:
    assert phone(typed, "NG").phone == "+2348031234567"


def test_a_number_with_its_country_needs_no_region() -> None:
    assert phone("+81 90-1234-5678").phone == "+819012345678"
    assert phone("+965 5001 2345").phone == "+96550012345"


@pytest.mark.parametrize("typed", ["", "0803", "0803 123 4567", "+1 800 555 0199", "+234 1 270 1234", "abc", "1" * 400])
def test_what_can_get_no_message_is_refused(typed: str) -> None:
    with pytest.raises(PhoneInvalid):
        phone(typed)


def test_an_address_keeps_its_name_and_gets_one_domain() -> None:
    assert email(" Ada.Obi@Example.COM ").email == "Ada.Obi@example.com"
    assert email("ada@example.com").key == email("ADA@EXAMPLE.com").key


@pytest.mark.parametrize("typed", ["", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "a@b.c" * 99])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(EmailInvalid):
        email(typed)


def test_one_field_takes_both() -> None:
    assert contact("ada@example.com", "NG") == Contact(email="ada@example.com")
    assert contact("08031234567", "NG") == Contact(phone="+2348031234567")


def test_a_mask_hides_most_of_it() -> None:
    assert phone("+2348031234567").masked == "+234•••67"
    assert email("ada@example.com").masked == "a•••@example.com"
