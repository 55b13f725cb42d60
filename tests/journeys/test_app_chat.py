"""The assistant in the app's chat: the bot's own engine over the platform's feed, and people who take over."""

from backend.cli.waiting import until
from shared.api.conversations import Author, ConversationStatus, MessageOut, WriteIn
from shared.api.desk import AgentIn, ClaimIn, InboxView, Presence, ReplyIn, ResolveIn
from shared.ids import new_id
from shared.roles import Role
from tests.builders.chatting import chatting
from tests.builders.houses import Applicant, Street
from tests.builders.running import RunningPlatform

PATIENCE_S = 60.0


class AppChat:
    """What the app's screen does, without the screen."""

    def __init__(self, borrower: Applicant) -> None:
        self._chat = borrower.client.conversation

    async def says(self, text: str, *, choice: str | None = None) -> None:
        name = new_id().hex
        await self._chat.write(WriteIn(text=text, client_id=name, choice=choice), idempotency_key=name)

    async def taps(self, title: str) -> None:
        """Taps an option of the newest message."""
        newest = (await self.messages())[0]
        keys = {each.title: each.key for each in newest.options}
        await self.says(title, choice=keys[title])

    async def messages(self) -> list[MessageOut]:
        """The thread, the newest first."""
        return (await self._chat.messages(limit=50)).items

    async def hears(self, words: str, *, times: int = 1) -> MessageOut:
        """Waits until that was answered; returns the newest message that says it."""

        def said(found: list[MessageOut]) -> list[MessageOut]:
            return [each for each in found if each.author is not Author.BORROWER and words in (each.text or "")]

        found = await until(self.messages, lambda found: len(said(found)) >= times, words, patience_s=PATIENCE_S)
        return said(found)[0]


async def test_the_assistant_answers_in_the_app_and_people_take_over(
    running_platform: RunningPlatform, road: Street
) -> None:
    house = await road.house()
    borrower = await house.applicant()
    loan = await borrower.borrows()
    desk = (await house.staff(Role.SUPPORT_AGENT)).desk
    await desk.be_there(AgentIn(presence=Presence.ONLINE))
    async with chatting(running_platform, house):
        chat = AppChat(borrower)

        await chat.says("balance")
        owed = await chat.hears("You owe ₦")  # signed in, so nothing is to be confirmed first
        assert "Pay now" in [each.title for each in owed.options]
        await chat.taps("Pay now")
        asked = await chat.hears("How much")  # the app's own screen is one tap away
        assert asked.link is not None
        assert asked.link.url.endswith(f"/loans/{loan.id}/pay")

        await chat.says("agent")
        await chat.hears("A person of our team answers you here")
        inbox = [each.conversation async for each in desk.iterate_inbox(view=InboxView.ALL)]
        thread = next(each for each in inbox if each.status is ConversationStatus.OPEN)
        await desk.claim(thread.id, ClaimIn(take_over=True))
        before = len(await chat.messages())
        await chat.says("balance")
        await desk.reply(thread.id, ReplyIn(text="I am Bola."))
        await chat.hears("I am Bola.")
        assert len(await chat.messages()) == before + 2  # the bot is silent
        await desk.resolve(thread.id, ResolveIn(reason="answered"))
        await chat.hears("automated assistant again")
        await chat.taps("Well")
        await chat.hears("Thank you. That helps us.")
        rated = (await desk.thread(thread.id)).rating
        assert rated is not None
        assert rated.score == 4

        await chat.says("balance")
        await chat.hears("You owe ₦", times=2)
        assert len([each for each in await chat.messages() if "You owe ₦" in (each.text or "")]) == 2
