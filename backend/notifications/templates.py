"""What each message says, in English; the catalogs hold the other languages.

`short` is for channels that others may read over a shoulder or that cost by length: no amounts in it.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from shared.api.notifications import Channel, Topic
from shared.i18n import Language, localizer, message

_OUTSIDE = (Channel.IN_APP, Channel.SMS)
_EVERY_CONTACT = (*_OUTSIDE, Channel.EMAIL)


class Template(Struct, frozen=True, kw_only=True):
    """A kind of message: what it is about, what it says, and where it goes unless its sender says otherwise."""

    topic: Topic
    title: str
    text: str
    short: str | None = None
    channels: tuple[Channel, ...] = _OUTSIDE


class Rendered(Struct, frozen=True, kw_only=True):
    """A message in its reader's words."""

    title: str
    text: str
    short: str
    notice: str


def _security(title: str, text: str, channels: tuple[Channel, ...] = (Channel.SMS,)) -> Template:
    return Template(topic=Topic.SECURITY, title=title, text=text, channels=channels)


def _reminder(title: str, text: str, short: str) -> Template:
    return Template(topic=Topic.REMINDER, title=title, text=text, short=short)


def _service(
    title: str, text: str, short: str | None = None, channels: tuple[Channel, ...] = (Channel.IN_APP,)
) -> Template:
    return Template(topic=Topic.SERVICE, title=title, text=text, short=short, channels=channels)


TEMPLATES: Mapping[str, Template] = {
    "sign_in_code": _security(
        message("Your code"),
        message("{code} is your {tenant} code. It is good for 10 minutes. Nobody from {tenant} will ask you for it."),
    ),
    "sign_in_link": _security(
        message("Sign in to {tenant}"),
        message("Open this link to sign in to {tenant}. It works once, for 10 minutes: {link}"),
    ),
    "contact_code": _security(
        message("Confirm this contact"),
        message("{code} confirms this contact for {tenant}. If you did not ask for it, do nothing."),
    ),
    "step_up_code": _security(
        message("Confirm with this code"),
        message("{code} is your {tenant} code to {action}. If you did not ask for it, tell us and do not share it."),
    ),
    "contact_changed": _security(
        message("Your contact was changed"),
        message("Your {tenant} account now also uses {contact}. If that was not you, contact us at once."),
    ),
    "new_sign_in": _security(
        message("A new sign-in"),
        message("Somebody signed in to your {tenant} account on a new device. If that was not you, tell us at once."),
        _OUTSIDE,
    ),
    "passkey_added": _security(
        message("A passkey was added"),
        message("A passkey was added to your {tenant} account. If that was not you, tell us at once."),
        _EVERY_CONTACT,
    ),
    "passkey_removed": _security(
        message("A passkey was removed"),
        message("A passkey was removed from your {tenant} account. If that was not you, tell us at once."),
        _EVERY_CONTACT,
    ),
    "bank_account_added": _security(
        message("A bank account was added"),
        message("A bank account was added to your {tenant} account. If that was not you, tell us at once."),
        _OUTSIDE,
    ),
    "invitation": _service(
        message("You are invited"),
        message("{business} invites you on {tenant}. Sign in with this contact to accept."),
        channels=(Channel.SMS,),
    ),
    "welcome": _service(
        message("Welcome"),
        message("Good to have you at {tenant}. Verify who you are, then you can apply."),
    ),
    "kyc_passed": _service(
        message("You are verified"),
        message("We have checked your details. You can apply now."),
        channels=_OUTSIDE,
    ),
    "kyc_needs_action": _service(
        message("We need one more thing"),
        message("Part of your verification has to be done again. Open the app to see what is missing."),
        channels=_OUTSIDE,
    ),
    "kyc_failed": _service(
        message("We could not verify you"),
        message("Your verification was not successful. Open the app to see why and what you can do."),
        channels=_OUTSIDE,
    ),
    "application_approved": _service(
        message("Your application is approved"),
        message("We are asking lenders for their offers now. You will hear from us when you can choose."),
    ),
    "application_declined": _service(
        message("We could not approve your application"),
        message("Open the app to see the main reasons, and what you can do about them."),
        message("{tenant}: we have decided on your application. Open the app to read the decision."),
        _OUTSIDE,
    ),
    "application_referred": _service(
        message("A person is looking at your application"),
        message("It needs a closer look by one of our people. You need not do anything; you will hear from us."),
    ),
    "application_needs_more": _service(
        message("We need more for your application"),
        message("Something is missing before we can decide. Open the app, add it and submit again."),
        message("{tenant}: something is missing for your application. Open the app to add it."),
        _OUTSIDE,
    ),
    "offers_ready": _service(
        message("Your offers are here"),
        message("Compare them in the app and choose one before they expire."),
        message("{tenant}: your offers are here. Open the app to compare them before they expire."),
        _OUTSIDE,
    ),
    "no_offers": _service(
        message("No lender made an offer this time"),
        message("Your application is approved, but no lender can lend on it now. Open the app to see what you can do."),
        message("{tenant}: there is news about your application. Open the app to read it."),
        _OUTSIDE,
    ),
    "agreement_ready": _service(
        message("Your agreement is ready"),
        message("Read it in the app, and sign it in time to get your money."),
        message("{tenant}: your agreement is ready to be read and signed in the app."),
        _OUTSIDE,
    ),
    "agreement_signed": _service(
        message("Your agreement is signed"),
        message("Thank you. The money is on its way. Until {until} you may still cancel without giving a reason."),
    ),
    "loan_active": _service(
        message("Your money has arrived"),
        message("Your loan of {amount} is paid out. Your first payment is due on {first_due}."),
        message("{tenant}: your loan is paid out. Your first payment is due on {first_due}."),
        _OUTSIDE,
    ),
    "disbursement_failed": _service(
        message("Your money could not be paid out"),
        message("Your bank did not take the payment. Check the account in the app; we try again with you."),
        message("{tenant}: your bank did not take our payment. Open the app to check your account."),
        _OUTSIDE,
    ),
    "disbursement_cancelled": _service(
        message("Your loan is cancelled"),
        message("We could not pay your money out, so the loan is cancelled. You owe nothing for it."),
        message("{tenant}: your loan could not be paid out and is cancelled. Open the app for the details."),
        _OUTSIDE,
    ),
    "repayment_recorded": _service(
        message("Payment received"),
        message("We have received {amount}. Thank you. Still to come: {outstanding}."),
        message("{tenant}: we have received your payment. Thank you."),
        _OUTSIDE,
    ),
    "repayment_reversed": _service(
        message("A payment was returned"),
        message("Your payment of {amount} was returned by the bank, so it is open again. Please pay another way."),
        message("{tenant}: a payment was returned by the bank. Open the app to see what to do."),
        _OUTSIDE,
    ),
    "debit_failed": _service(
        message("A payment did not go through"),
        message("Your payment of {amount} did not go through. Nothing was taken. Please pay another way."),
        message("{tenant}: a payment did not go through. Open the app to see what to do."),
        _OUTSIDE,
    ),
    "instalment_due": _reminder(
        message("A payment is coming up"),
        message("{amount} is due on {due}. If you have paid already, thank you."),
        message("{tenant}: a payment is due on {due}. Open the app for the details."),
    ),
    "instalment_due_today": _reminder(
        message("A payment is due today"),
        message("{amount} is due today. If you have paid already, thank you."),
        message("{tenant}: a payment is due today. Open the app for the details."),
    ),
    "repayment_missed": _reminder(
        message("A payment is open"),
        message("{amount} was due on {due} and is still open. If you can't pay now, talk to us: we will find a way."),
        message("{tenant}: a payment is open. If you can't pay now, talk to us: we will find a way."),
    ),
    "loan_closed": _service(
        message("Your loan is paid off"),
        message("Nothing is owed on your loan any more. Thank you."),
        channels=_OUTSIDE,
    ),
    "credit_refunded": _service(
        message("What you paid too much is back"),
        message("We have paid {amount} back to your bank account."),
        message("{tenant}: what you paid too much is back in your bank account."),
        _OUTSIDE,
    ),
    "plan_confirmed": _service(
        message("Your plan is agreed"),
        message("You pay {amount} by {first}, and the rest as agreed by {last}. We send no reminders meanwhile."),
        message("{tenant}: your plan is agreed. Open the app for its days."),
        _OUTSIDE,
    ),
    "dispute_opened": _service(
        message("We look into it"),
        message("Your dispute {number} is with us. You hear from us by {by}. Until then we do not chase it."),
    ),
    "dispute_question": _service(
        message("We have a question about your dispute"),
        message("We need to know more about {number}. Open the app to answer."),
        message("{tenant}: we have a question about your dispute. Open the app to answer."),
        _OUTSIDE,
    ),
    "dispute_resolved": _service(
        message("Your dispute is decided"),
        message("Your dispute {number} is decided. Open the app for the outcome and its reasons."),
        message("{tenant}: your dispute is decided. Open the app for the outcome."),
        _OUTSIDE,
    ),
    "data_export_ready": _service(
        message("The copy of your data is ready"),
        message("You can download it in the app until {until}."),
        message("{tenant}: the copy of your data is ready in the app."),
        _OUTSIDE,
    ),
    "deletion_requested": _service(
        message("Your account will be deleted"),
        message("It ends on {on}. Until then you can keep it: open the app and take the request back."),
        message("{tenant}: your account ends on {on}. If you did not ask for this, open the app and keep it."),
        _OUTSIDE,
    ),
}

# What a step-up code confirms, as it reads after "your code to".
ACTIONS: Mapping[str, str] = {
    "agreement.sign": message("sign your agreement"),
    "agreement.cancel": message("cancel your agreement"),
    "person.change_contact": message("change your contact details"),
    "person.delete": message("delete your account"),
    "passkey.add": message("add a passkey"),
    "channel.step_up": message("confirm your chat"),
}
# What a phone shows while it is locked, to whoever holds it: that there is something, never what.
NOTICES: Mapping[Topic, str] = {
    Topic.SECURITY: message("Something changed in the safety of your account. Open the app to see it."),
    Topic.SERVICE: message("There is news for you. Open the app to read it."),
    Topic.REMINDER: message("There is a reminder for you. Open the app to read it."),
    Topic.MARKETING: message("There is news for you. Open the app to read it."),
}
_ANY_ACTION = message("confirm what you are doing")


def render(name: str, params: Mapping[str, object], locale: str, *, aloud: bool = False) -> Rendered:
    """The message `name` in the language nearest to `locale`; every parameter is written by its type.

    To be read `aloud`, a code is given digit by digit, and all of it twice.

    Raises KeyError for an unknown message or a missing parameter: both are mistakes of ours.
    """
    template, words = TEMPLATES[name], localizer(Language.match(locale))
    filled: dict[str, Any] = dict(params)
    if name == "step_up_code":
        filled["action"] = words.say(ACTIONS.get(str(params["action"]), _ANY_ACTION))
    if aloud:
        filled["code"] = ", ".join(str(params["code"]))
    text = words.say(template.text, **filled)
    text = f"{text} {text}" if aloud else text
    short = words.say(template.short, **filled) if template.short else text
    title, notice = words.say(template.title, **filled), words.say(NOTICES[template.topic])
    return Rendered(title=title, text=text, short=short, notice=notice)
