"""The screens, one folder each, and which one shows at which place."""

from collections.abc import Callable
from typing import Any

import flet as ft

from app import routes
from app.routes import Route
from app.screens.about import AboutScreen
from app.screens.accounts import AccountsScreen
from app.screens.agreement import AgreementScreen
from app.screens.application import ApplicationScreen
from app.screens.applications import ApplicationsScreen
from app.screens.apply import ApplyScreen, DraftScreen
from app.screens.auto_debit import AutoDebitScreen
from app.screens.businesses import (
    BusinessesScreen,
    BusinessScreen,
    InviteScreen,
    KybScreen,
    KybTaskScreen,
    NewBusinessScreen,
)
from app.screens.calendar import CalendarScreen
from app.screens.chat import ChatScreen
from app.screens.disputes import DisputeScreen, DisputesScreen, NewDisputeScreen
from app.screens.documents import DocumentsScreen
from app.screens.draw import DrawScreen
from app.screens.gallery import GalleryScreen
from app.screens.hardship import HardshipScreen
from app.screens.home import HomeScreen
from app.screens.inbox import InboxScreen
from app.screens.kyc import KycScreen, KycTaskScreen
from app.screens.loan import LoanScreen
from app.screens.loans import LoansScreen
from app.screens.my_data import EndAccountScreen, MyDataScreen
from app.screens.not_there import NotThereScreen
from app.screens.pay import PayScreen
from app.screens.payoff import PayoffScreen
from app.screens.payout import PayoutScreen
from app.screens.profile import (
    AppearanceScreen,
    AppLockScreen,
    AuthenticatorScreen,
    ChatsScreen,
    ConfirmChatScreen,
    ConsentsScreen,
    ContactsScreen,
    DevicesScreen,
    PasskeysScreen,
    PreferencesScreen,
    ProfileScreen,
    SpeechScreen,
)
from app.screens.sign_in import MagicLinkScreen, PasskeyDoneScreen, SignInScreen
from app.screens.welcome import WelcomeScreen

SCREENS: dict[type[Route], Callable[[Any], ft.Control]] = {
    routes.About: AboutScreen,
    routes.Accounts: AccountsScreen,
    routes.Agreement: AgreementScreen,
    routes.Application: ApplicationScreen,
    routes.Applications: ApplicationsScreen,
    routes.AppLock: AppLockScreen,
    routes.Apply: ApplyScreen,
    routes.AutoDebit: AutoDebitScreen,
    routes.Business: BusinessScreen,
    routes.Businesses: BusinessesScreen,
    routes.Calendar: CalendarScreen,
    routes.Chat: ChatScreen,
    routes.Dispute: DisputeScreen,
    routes.Disputes: DisputesScreen,
    routes.Documents: DocumentsScreen,
    routes.Draft: DraftScreen,
    routes.Draw: DrawScreen,
    routes.EndAccount: EndAccountScreen,
    routes.MyData: MyDataScreen,
    routes.NewBusiness: NewBusinessScreen,
    routes.NewDispute: NewDisputeScreen,
    routes.Appearance: AppearanceScreen,
    routes.Authenticator: AuthenticatorScreen,
    routes.Chats: ChatsScreen,
    routes.ConfirmChat: ConfirmChatScreen,
    routes.Consents: ConsentsScreen,
    routes.Contacts: ContactsScreen,
    routes.Devices: DevicesScreen,
    routes.Gallery: GalleryScreen,
    routes.Inbox: InboxScreen,
    routes.Preferences: PreferencesScreen,
    routes.Profile: ProfileScreen,
    routes.Speech: SpeechScreen,
    routes.Hardship: HardshipScreen,
    routes.Home: HomeScreen,
    routes.Invite: InviteScreen,
    routes.Kyb: KybScreen,
    routes.KybTask: KybTaskScreen,
    routes.Kyc: KycScreen,
    routes.KycTask: KycTaskScreen,
    routes.Loan: LoanScreen,
    routes.Loans: LoansScreen,
    routes.MagicLink: MagicLinkScreen,
    routes.PasskeyDone: PasskeyDoneScreen,
    routes.Passkeys: PasskeysScreen,
    routes.Pay: PayScreen,
    routes.Payoff: PayoffScreen,
    routes.Payout: PayoutScreen,
    routes.SignIn: SignInScreen,
    routes.Welcome: WelcomeScreen,
}


def drawn(route: Route) -> ft.Control:
    """The screen at `route`."""
    return SCREENS.get(type(route), NotThereScreen)(route)
