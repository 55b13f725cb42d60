"""What identity refuses, and what to do about it."""

from shared.errors import Conflict, InvalidInput, NotAuthenticated, NotFound, NotPermitted, TooManyRequests


class PhoneInvalid(InvalidInput):
    code = "phone_invalid"
    message = "This is no phone number that can be reached. Give it with its country code, such as +234 803 123 4567."


class EmailInvalid(InvalidInput):
    code = "email_invalid"
    message = "This is no e-mail address. Check it for a missing @ or a typing mistake."


class CodeRefused(NotAuthenticated):
    code = "code_refused"
    message = "The code is wrong, was used, or has expired. Check it, or ask for a new one."


class CodeSpent(NotAuthenticated):
    code = "code_spent"
    message = "The code was tried too often or used before. Ask for a new one."


class ConfirmationRefused(NotPermitted):
    code = "confirmation_refused"
    message = "The code is wrong, was used, or has expired. You are still signed in; try again with a fresh one."


class CodeTooSoon(TooManyRequests):
    code = "code_too_soon"
    message = "A code was sent just now. Wait {retry_after_s} seconds before asking for another."


class SessionEnded(NotAuthenticated):
    code = "session_ended"
    message = "This session has ended. Sign in again."


class SecondFactorLocked(TooManyRequests):
    code = "second_factor_locked"
    message = "Too many wrong codes in a row. Wait {retry_after_s} seconds, then try again."


class SignUpClosed(NotPermitted):
    code = "sign_up_closed"
    message = "No new accounts are taken here at present. Ask support if you expected to have one."


class SignInAgain(NotPermitted):
    code = "sign_in_again"
    message = "This needs a recent sign-in. Sign out, sign in again, then repeat it."


class ContactMissing(InvalidInput):
    code = "contact_missing"
    message = "Give either a phone number or an e-mail address."


class ChannelUnfit(InvalidInput):
    code = "channel_unfit"
    message = "This channel does not reach this contact. Leave it out, or choose one that does."


class CallUnexpected(Conflict):
    code = "call_unexpected"
    message = "A call comes only within ten minutes of a code that was sent and not used. Have a code sent first."


class SessionNotFound(NotFound):
    code = "session_not_found"
    message = "There is no such session of yours, or it has ended."


class ConsentTextNotFound(NotFound):
    code = "consent_text_not_found"
    message = "This version of the text is not the current one. Read the texts again."


class ConsentRequired(Conflict):
    code = "consent_required"
    message = "This agreement is needed for as long as you have an account. Close the account to end it."


class InvitationsTooMany(TooManyRequests):
    code = "invitations_too_many"
    message = "This business has sent many invitations today. Wait {retry_after_s} seconds before the next."


class SecondFactorMissing(Conflict):
    code = "second_factor_missing"
    message = "No authenticator app is set up. Set one up first."


class SecondFactorExists(Conflict):
    code = "second_factor_exists"
    message = "An authenticator app is set up already. Remove it before you set up another."


class StepUpRefused(NotPermitted):
    code = "step_up_refused"
    message = "This needs a fresh confirmation by code. Confirm this very action, then send it again."


class ConsentMissing(InvalidInput):
    code = "consent_missing"
    message = "Agree to the current version of: {kinds}. Read the texts again, then sign up."


class ContactTaken(Conflict):
    code = "contact_taken"
    message = "This phone number or e-mail address belongs to another account here. Sign in with it instead."


class TenantNotFound(NotFound):
    code = "tenant_not_found"
    message = "This tenant has not been set up yet. Set its profile first."


class BusinessNotFound(NotFound):
    code = "business_not_found"
    message = "There is no such business, or you are not a member of it."


class MembershipInsufficient(NotPermitted):
    code = "membership_insufficient"
    message = "You are a member of this business, but not in a role that may do this. Ask an owner of it."


class PersonNotFound(NotFound):
    code = "person_not_found"
    message = "There is no such person here. Check the identifier."


class InvitationNotFound(NotFound):
    code = "invitation_not_found"
    message = "This invitation does not exist, was taken back, or has expired. Ask for a new one."


class AlreadyMember(Conflict):
    code = "already_member"
    message = "This person is a member with that role already."


class LastOwner(Conflict):
    code = "last_owner"
    message = "The last owner can't leave. Make someone else an owner first."


class RoleNotYours(NotPermitted):
    code = "role_not_yours"
    message = "You may not give or take the role {role}. Ask someone who may."


class LinkCodeRefused(NotFound):
    code = "link_code_refused"
    message = "The code is wrong, was used, or has expired. Open the app, ask for a new one, and send it here."


class ChannelLinkNotFound(NotFound):
    code = "channel_link_not_found"
    message = "This chat is not linked to anybody here. Link it with a code from the app."


class ChannelStepUpNotFound(NotFound):
    code = "channel_step_up_not_found"
    message = "There is no such confirmation here, or it is over. Ask for a new one in the chat."


class ServiceAccountNotFound(NotFound):
    code = "service_account_not_found"
    message = "There is no such service account here. List them to see those there are."


class ServiceSecretRefused(NotAuthenticated):
    code = "service_secret_refused"
    message = "This secret is not the newest one of its account, or the account was ended. Ask for a new secret."


class PasskeyRefused(NotAuthenticated):
    code = "passkey_refused"
    message = "This passkey could not be checked or is not known here. Sign in another way."


class PasskeyUnconfirmed(NotPermitted):
    code = "passkey_unconfirmed"
    message = "The passkey was not confirmed. You are still signed in; begin again from the app."


class PasskeyEnded(NotAuthenticated):
    code = "passkey_ended"
    message = "This took too long, or was done before. Go back to the app and begin again."


class PasskeysUnavailable(Conflict):
    code = "passkeys_unavailable"
    message = "There are no passkeys here: they need the app's own address, which is not set. Use a code instead."


class PasskeysTooMany(Conflict):
    code = "passkeys_too_many"
    message = "You have {limit} passkeys, which is the most there can be. Remove one first."


class PasskeyNotFound(NotFound):
    code = "passkey_not_found"
    message = "There is no such passkey of yours. It may have been removed."


class StepUpNeedsCode(NotPermitted):
    code = "step_up_needs_code"
    message = "A passkey can't confirm this. Ask for a code instead."


class LinkCodesTooMany(TooManyRequests):
    code = "link_codes_too_many"
    message = "Too many codes were asked for. Wait {retry_after_s} seconds, then ask again."
