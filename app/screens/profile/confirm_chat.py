"""What a linked chat asks to have confirmed: is it really its owner who writes there?"""

import flet as ft

from app.components import skeleton
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import blank, state_view
from app.guard import component
from app.hooks import use_action, use_query, use_store, use_ui
from app.routes import Chats, ConfirmChat
from app.screens.profile.chats import chat_name
from app.stores import reads
from app.ui import Ui
from shared.api.channels import ChannelStepUpOut, ChannelStepUpStatus


@component
def ConfirmChatScreen(route: ConfirmChat) -> ft.Control:
    """Two answers of equal weight; either is given once."""
    ui = use_ui()
    store = use_store()
    query = use_query(reads.chat_question(store, route.step_up_id))
    action = use_action()
    asked = query.value

    async def yes() -> None:
        await action.run(lambda: store.client.identity.confirm_channel_step_up(route.step_up_id))
        await query.refresh()

    async def no() -> None:
        await action.run(lambda: store.client.identity.refuse_channel_step_up(route.step_up_id))
        await query.refresh()

    waits = asked is not None and asked.status is ChannelStepUpStatus.WAITING
    answers = [
        Button(ui.say("Yes, it is me"), yes, busy=action.busy, identifier="it-is-me"),
        Button(ui.say("No, it is not me"), no, kind="soft", disabled=action.busy, identifier="it-is-not-me"),
    ]
    return screen(
        ui,
        state_view(ui, query, lambda found: _question(ui, found), skeleton=skeleton.cards(ui, 220)),
        problem_notice(ui, action.problem),
        title=ui.say("Is this you?"),
        back=lambda: ui.go(Chats()),
        actions=answers if waits else [],
    )


def _question(ui: Ui, asked: ChannelStepUpOut) -> ft.Control:
    chat = chat_name(ui, asked.channel, asked.masked)
    match asked.status:
        case ChannelStepUpStatus.WAITING:
            words = ui.say(
                "Somebody writes to us from {chat}. If it is you, that chat may show your balance and pay, for half an "
                "hour at most.",
                chat=chat,
            )
            return blank(ui, chat, "whatsapp-logo", words)
        case ChannelStepUpStatus.CONFIRMED:
            return blank(ui, ui.say("Confirmed"), "check-circle", ui.say("Go back to your chat; it goes on by itself."))
        case ChannelStepUpStatus.REFUSED:
            words = ui.say("Nothing was shown there. If you do not know that chat, unlink it.")
            see = Button(ui.say("Linked chats"), lambda: ui.go(Chats()), kind="soft")
            return blank(ui, ui.say("Refused"), "shield-check", words, see)
        case ChannelStepUpStatus.EXPIRED:
            return blank(ui, ui.say("This question is over"), "clock", ui.say("Ask once more in the chat."))
    raise AssertionError("every status is told")
