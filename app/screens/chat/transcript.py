"""The whole conversation as a file to keep."""

from app.screens.chat.messages import author
from app.stores.chat import Chat
from app.ui import Ui
from shared.api.conversations import MessageOut


async def save_transcript(ui: Ui, chat: Chat) -> None:
    """Gives the borrower every message from the first on, with who wrote it and when, as a text."""
    found = await chat.everything()
    if found is not None:
        words = "\n\n".join(_told(ui, each) for each in found)
        await ui.store.platform.save_file("conversation.txt", words.encode("utf-8-sig"), "text/plain")


def _told(ui: Ui, each: MessageOut) -> str:
    files = [file.filename for file in each.attachments]
    said = each.text if each.text is not None else ui.say("This message was erased.")
    return "\n".join([f"{ui.instant(each.at)} {author(ui, each)}", said, *files])
