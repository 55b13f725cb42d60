"""Whole errands over the wire: signed webhooks in, the Graph API out, rows in between."""

from tests.builders.bot import Bot, text_of, titles_of


async def test_the_first_message_brings_the_menu_and_says_that_it_is_a_machine(bot: Bot) -> None:
    said = await bot.phone().write("hello")

    assert len(said) == 1
    assert "automated assistant of Kola Credit" in text_of(said[0])
    assert len(titles_of(said[0])) == 10


async def test_balance_takes_a_proof_and_then_one_message(bot: Bot) -> None:
    phone = bot.phone()
    await phone.write("menu")
    asked = await phone.tap("Balance")

    assert "confirm that it is you" in text_of(asked[0])
    bot.bank.proven = True
    shown = await phone.tap("Done")
    assert [text_of(each) for each in shown] == ["You owe ₦532,377.07 in all.\nNext: ₦106,475.41 on 22 December 2026."]
    assert titles_of(shown[0]) == ["Pay now", "Schedule", "Menu"]


async def test_paying_by_link(bot: Bot) -> None:
    phone = bot.phone()
    await phone.write("menu")
    await phone.tap("Pay")
    await phone.tap("Send me a code")
    asked = await phone.write("123 456")
    assert "Due now or next: ₦106,475.41." in text_of(asked[0])
    await phone.tap("Another amount")
    asked = await phone.write("50k")
    assert "You would like to pay ₦50,000.00." in text_of(asked[0])
    await phone.tap("Yes")
    shown = await phone.tap("Pay by link")

    assert shown[0].content["action"]["parameters"]["url"] == "https://pay.test/abc"
    assert "₦50,000.00" in text_of(shown[0])
