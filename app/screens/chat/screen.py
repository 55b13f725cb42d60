"""The thread, where to write, and a person always one press away."""

from datetime import datetime, timedelta
from functools import partial

import flet as ft

from app.addresses import parse
from app.components import skeleton
from app.components.earlier import earlier
from app.components.field import Field
from app.components.layout import column, notice, row, tile
from app.components.press import Button, icon_button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import blank, state_view
from app.components.text import icon
from app.guard import component
from app.hooks import use_kept, use_news, use_observed, use_store, use_task, use_ui
from app.routes import Chat as ChatRoute
from app.screens.chat.messages import messages
from app.screens.chat.rating import Rating
from app.screens.chat.transcript import save_transcript
from app.stores import support
from app.stores.chat import Chat, is_with_people
from app.stores.problem import Kind
from app.stores.state import Ready
from app.stores.support import Thread
from app.ui import Ui
from shared.api.conversations import Author, HandoffOut

_ASSISTANT_ASKS_WITHIN = timedelta(seconds=30)


@component
def ChatScreen(route: ChatRoute) -> ft.Control:
    """Read again when something is written; every quarter of a minute for what the news do not tell."""
    ui = use_ui()
    store = use_store()
    query = use_news(support.thread(store), "support.", every_s=15)
    chat = use_observed(use_kept(lambda: Chat(store)))
    use_observed(chat.action)
    use_task(chat.begin, [])
    reached_at = query.state.at if isinstance(query.state, Ready) else None
    use_task(chat.go_on, [reached_at, chat.draft.client_id])
    found = query.value.messages if query.value is not None else []
    newest = found[-1].id if found else None
    use_task(chat.mark_read, [newest])

    async def follow_answer() -> None:
        place = chat.answered(found)
        if place is not None:
            ui.go(place)

    use_task(follow_answer, [newest])
    return screen(
        ui,
        state_view(ui, query, lambda found: _thread(ui, chat, found), skeleton=skeleton.rows(ui)),
        title=ui.say("Chat with us"),
        back=lambda: ui.go(parse(route.back)),
        tools=[_transcript(ui, chat)] if found else [],
        follows=not chat.looks_back,
        helps=False,
        actions=[
            *_held_up(ui, chat),
            _composer(ui, chat),
            Button(
                ui.say("Talk to a person"),
                chat.ask_for_person,
                kind="plain",
                icon_name="user",
                identifier="ask-for-person",
            ),
        ],
    )


def _transcript(ui: Ui, chat: Chat) -> ft.Control:
    async def save() -> None:
        await save_transcript(ui, chat)

    return icon_button(ui, "download-simple", ui.say("Save the conversation"), save, identifier="save-transcript")


def _held_up(ui: Ui, chat: Chat) -> list[ft.Control]:
    problem = chat.action.problem
    if chat.draft.waits:
        words = ui.say(
            "You are offline. Your message waits here, and goes once you are connected and this page is open."
        )
        return [notice(ui, words, tone="warn", icon_name="wifi-slash")]
    if chat.files and problem is not None and problem.kind is Kind.OFFLINE:
        words = ui.say("You are offline. Send it again once you are connected. Files are not kept when you leave.")
        return [notice(ui, words, tone="warn", icon_name="wifi-slash")]
    if chat.lost:
        names = ui.words.verbatim(", ".join(chat.lost))
        words = ui.say("Please add your files again: {names}", names=names)
        return [notice(ui, words, tone="warn", icon_name="paperclip")]
    shown = problem_notice(ui, problem)
    return [shown] if shown is not None else []


def _thread(ui: Ui, chat: Chat, found: Thread) -> ft.Control:
    stands = _standing(ui, chat, found)
    if not found.messages:
        words = ui.say("Write what it is about. You may ask for a person at any time.")
        return column(stands, blank(ui, ui.say("How can we help?"), "chat-circle", words))
    before = earlier(ui, support.THREAD, found, begin=chat.look_back)
    return column(before, *messages(ui, chat, found.messages), stands)


def _standing(ui: Ui, chat: Chat, found: Thread) -> ft.Control | None:
    conversation = found.conversation
    if conversation is None:
        return None
    if not is_with_people(conversation.status):
        if conversation.status.value == "resolved":
            return _rating(ui, found, conversation.resolved_at)
        words = ui.say("The assistant is a bot. Ask for a person whenever you want one.")
        return notice(ui, words, icon_name="sparkle")
    due = conversation.first_due_at or conversation.next_due_at
    if chat.wait is not None and conversation.waiting_since is not None:
        return notice(ui, _queue(ui, chat.wait), icon_name="clock")
    if due is None:
        return notice(ui, ui.say("You are talking to our team."), icon_name="users")
    return notice(ui, _expected(ui, due), icon_name="clock")


def _expected(ui: Ui, due: datetime) -> str:
    return ui.say("Our team has your message. Expect an answer by {at}.", at=ui.instant(due))


def _queue(ui: Ui, wait: HandoffOut) -> str:
    """How one stands with the people that were asked for, in whole sentences."""
    said = [_expected(ui, wait.expected_by)]
    if wait.ahead:
        said.append(ui.plural("{count} person is before you.", "{count} people are before you.", wait.ahead))
    if not wait.is_within_hours:
        said.insert(0, ui.say("Our team is away just now."))
    return " ".join(said)


def _rating(ui: Ui, found: Thread, ended_at: datetime | None) -> ft.Control | None:
    """Nothing where the assistant asks: it does so in the thread, a moment after the end."""
    if ended_at is None or ui.store.clock.now() - ended_at < _ASSISTANT_ASKS_WITHIN:
        return None
    asked = any(each.author is Author.BOT and each.at >= ended_at for each in found.messages)
    return None if asked else Rating(ended_at)


def _composer(ui: Ui, chat: Chat) -> ft.Control:
    field = Field(ui.say("Your message"), chat.draft.text, chat.write, lines=2)
    files = [
        tile(
            ui,
            ui.words.verbatim(each.name),
            lead=icon(ui, "paperclip", 20),
            trail=icon_button(ui, "x", ui.say("Remove"), partial(chat.drop_file, each)),
        )
        for each in chat.files
    ]
    line = row(
        icon_button(ui, "paperclip", ui.say("Add a file"), chat.choose_file, identifier="add-file"),
        ft.Container(content=field, expand=True),
        icon_button(
            ui, "paper-plane-tilt", ui.say("Send"), chat.send, ground=ui.palette.soft, identifier="send-message"
        )
        if chat.can_send and not chat.action.busy
        else None,
    )
    return column(*files, line)
