"""What bots may do for people, route by route: opening another one is a decision, so it is written down here too."""

from litestar import Litestar
from litestar.routes import HTTPRoute

from backend import wiring
from backend.kernel.module import Services
from backend.main import create_app
from backend.settings import Settings

LINKED = {"getNotificationPreferences", "setNotificationPreferences", "rateConversation"}
STEPPED_UP = {
    "addDisputeEvidence",
    "agreeHardshipPlan",
    "createPaymentLink",
    "createPayoffQuote",
    "getApplication",
    "getCreditLine",
    "getDispute",
    "getHardshipCase",
    "getLoan",
    "getLoanArrears",
    "getLoanDisbursement",
    "getLoanSchedule",
    "getMe",
    "getPaymentLink",
    "getVirtualAccount",
    "listApplications",
    "listCreditLines",
    "listDisputes",
    "listLoanPayments",
    "listLoanTransactions",
    "listLoans",
    "listNotifications",
    "openDispute",
    "openHardshipCase",
    "promiseToPay",
    "tellDispute",
    "withdrawHardshipCase",
    "withdrawPromise",
}
AGENT = {
    "addNote",
    "assignConversation",
    "claimConversation",
    "getThread",
    "giveConversationToBot",
    "listAgents",
    "listMacros",
    "listThreadMessages",
    "readInbox",
    "replyToBorrower",
    "resolveConversation",
    "setPresence",
    "snoozeConversation",
    "tagConversation",
}


def test_bots_reach_no_other_routes_than_these(settings: Settings, services: Services) -> None:
    app: Litestar = create_app(wiring.assemble(settings, services, wiring.modules(settings, services)))
    handlers = [each for route in app.routes if isinstance(route, HTTPRoute) for each in route.route_handlers]
    opened: dict[str, set[str]] = {}
    for handler in handlers:
        for level in handler.opt.get("by_chat", ()):
            opened.setdefault(level, set()).add(str(handler.operation_id))

    assert opened == {"linked": LINKED, "stepped_up": LINKED | STEPPED_UP, "agent": AGENT}
