"""The settings, by what they are about."""

from collections.abc import Sequence
from functools import partial

import flet as ft

from app.components.layout import badge, card, column, list_card, row, tile
from app.components.problem import problem_notice
from app.components.screen import columns, screen, tab_head
from app.components.sheet import Asking
from app.components.text import heading, muted, text
from app.design.tokens import CAPTION, SMALL, STRONG, TITLE_2, TITLE_3, Size, Space
from app.guard import component
from app.hooks import use_action, use_observed, use_store, use_ui
from app.routes import (
    About,
    Accounts,
    Appearance,
    Applications,
    AppLock,
    Authenticator,
    Businesses,
    Chats,
    Consents,
    Contacts,
    Devices,
    Documents,
    EndAccount,
    Kyc,
    MyData,
    Passkeys,
    Preferences,
    Profile,
    Route,
    Speech,
)
from app.stores.action import Action
from app.ui import Ui


@component
def ProfileScreen(route: Profile) -> ft.Control:
    """Each setting leads to a page of its own."""
    del route
    ui = use_ui()
    use_observed(use_store().session)
    lock = use_observed(use_store().lock)
    action = use_action()
    you = [
        ("shield-check", ui.say("Identity"), ui.say("What we checked"), Kyc(), "to-kyc"),
        ("phone", ui.say("Phone and e-mail"), ui.say("Where we reach you"), Contacts(), "to-contacts"),
        ("storefront", ui.say("Businesses"), ui.say("In whose name you act"), Businesses(), "to-businesses"),
        ("bank", ui.say("Bank accounts"), ui.say("Where you are paid"), Accounts(), "to-accounts"),
        ("note-pencil", ui.say("Your applications"), ui.say("What became of each"), Applications(), "to-applications"),
        ("file-text", ui.say("Your documents"), ui.say("What you signed and gave"), Documents(), "to-documents"),
    ]
    app = [
        ("translate", ui.say("Language"), ui.words.language.endonym, Speech(), "to-language"),
        ("palette", ui.say("Appearance"), ui.say("Theme and text size"), Appearance(), "to-appearance"),
        ("bell", ui.say("Messages"), ui.say("What you want to hear of"), Preferences(), "to-preferences"),
        ("info", ui.say("About this app"), ui.say("Version, lenders, licences"), About(), "to-about"),
    ]
    safe = [
        ("device-mobile", ui.say("Devices"), ui.say("Where you are signed in"), Devices(), "to-devices"),
        ("whatsapp-logo", ui.say("Linked chats"), ui.say("Who may ask in your name"), Chats(), "to-chats"),
        ("lock-key", ui.say("Authenticator"), ui.say("A second step at sign-in"), Authenticator(), "to-authenticator"),
        ("key", ui.say("Passkeys"), ui.say("Sign in without a code"), Passkeys(), "to-passkeys"),
        ("handshake", ui.say("Consents"), ui.say("What you agreed to"), Consents(), "to-consents"),
    ]
    if lock.able or lock.is_on:
        words = ui.say("On") if lock.is_on else ui.say("Off")
        safe.insert(0, ("fingerprint", ui.say("App lock"), words, AppLock(), "to-app-lock"))
    data = [
        ("download-simple", ui.say("A copy of your data"), ui.say("All that we hold of you"), MyData(), "to-my-data"),
        ("trash", ui.say("End your account"), ui.say("What goes, what stays"), EndAccount(), "to-end-account"),
    ]
    return screen(
        ui,
        tab_head(ui, ui.say("Profile", context="navigation")),
        columns(
            ui,
            column(_who(ui), _group(ui, ui.say("You"), you), _group(ui, ui.say("This app"), app), gap=Space.XL),
            column(
                _group(ui, ui.say("Safety"), safe),
                _group(ui, ui.say("Your data"), data),
                _help(ui),
                problem_notice(ui, action.problem),
                _leave(ui, action),
                gap=Space.XL,
            ),
        ),
        width=Size.CONTENT if ui.wide else Size.COLUMN,
    )


def _who(ui: Ui) -> ft.Control | None:
    me = ui.store.session.me
    if me is None:
        return None
    name = ui.words.verbatim(me.name or "")
    contacts = [ui.words.verbatim(each) for each in (me.phone, me.email) if each]
    seal = ft.Container(
        width=60,
        height=60,
        border_radius=30,
        bgcolor=ui.palette.soft,
        alignment=ft.Alignment.CENTER,
        content=ft.Semantics(
            exclude_semantics=True, content=text(ui, (me.name or "")[:1].upper(), TITLE_2, ui.palette.on_soft)
        ),
    )
    words = column(heading(ui, name, 2, TITLE_3), *(muted(ui, each, SMALL) for each in contacts), gap=Space.XXS)
    return card(ui, row(seal, ft.Container(content=words, expand=True), gap=Space.L))


def _group(ui: Ui, name: str, entries: Sequence[tuple[str, str, str, Route, str]]) -> ft.Control:
    rows = [
        tile(ui, label, words, lead=badge(ui, icon_name), on_press=partial(ui.go, route), identifier=identifier)
        for icon_name, label, words, route, identifier in entries
    ]
    return column(heading(ui, name, 2, STRONG), list_card(ui, rows), gap=Space.S)


def _help(ui: Ui) -> ft.Control:
    tenant = ui.store.session.tenant
    brand = tenant.brand if tenant is not None else None
    chat = tile(
        ui,
        ui.say("Chat with us"),
        ui.say("A person whenever you want one"),
        lead=badge(ui, "chat-circle"),
        on_press=partial(ui.go, "/chat"),
        identifier="to-chat",
    )

    async def show_around() -> None:
        await ui.store.tour.ask()
        ui.go("/")

    around = tile(
        ui,
        ui.say("Show me around"),
        ui.say("What is where on the first screen"),
        lead=badge(ui, "house"),
        on_press=show_around,
        identifier="show-around",
    )
    rows = (
        [chat, around]
        if brand is None
        else [
            chat,
            around,
            *(
                tile(
                    ui,
                    value,
                    words,
                    lead=badge(ui, icon_name),
                    on_press=partial(ui.store.platform.open_link, f"{scheme}:{value}"),
                )
                for icon_name, scheme, value, words in (
                    ("phone", "tel", brand.support_phone, ui.say("Call us")),
                    ("envelope-simple", "mailto", brand.support_email, ui.say("Write to us")),
                )
                if value
            ),
        ]
    )
    return column(heading(ui, ui.say("Help"), 2, STRONG), list_card(ui, rows), gap=Space.S)


def _leave(ui: Ui, action: Action) -> ft.Control:
    async def sign_out() -> None:
        await action.run(ui.store.sign_out)

    ask = Asking(
        ui.say("Sign out"),
        ui.say("Sign out?"),
        ui.say("Nothing of yours stays on this device."),
        ui.say("Sign out"),
        sign_out,
        kind="soft",
        identifier="sign-out",
    )
    tenant = ui.store.session.tenant
    return column(ask, muted(ui, tenant.name if tenant else "", CAPTION, align=ft.TextAlign.CENTER))
