"""Reason codes and what they tell a borrower in plain words.

The English texts are the ids of the translation catalogs. A text names the factor that was really weighed, as
Regulation B asks (12 CFR 1002.9(b)(2) and its Official Interpretations), and never says only that a score or an
internal standard was missed. Where a fact must stay with the staff (screening, suspected forgery), the text says that
a person checks the application, and the code carries the rest.
"""

from types import MappingProxyType

from msgspec import Struct

from shared.i18n.localizer import message

# Comment 9(b)(2)-1: more than four reasons are unlikely to help the applicant.
MAX_PRINCIPAL_REASONS = 4


class ReasonText(Struct, frozen=True, kw_only=True):
    """What a reason says, and what its reader can do about it."""

    text: str
    advice: str


REASONS: MappingProxyType[str, ReasonText] = MappingProxyType(
    {
        "income_too_low": ReasonText(
            text=message("Your regular income is low for the amount you asked for."),
            advice=message("Ask for a smaller amount or a longer term."),
        ),
        "income_unverified": ReasonText(
            text=message("We could not see regular income in your bank statement."),
            advice=message("Send the statement of the account that your income is paid into."),
        ),
        "income_unstable": ReasonText(
            text=message("Your income changes a lot from month to month."),
            advice=message("A longer statement, or a smaller amount, can help."),
        ),
        "income_differs_from_statement": ReasonText(
            text=message("The income you gave is higher than what your bank statement shows."),
            advice=message("Correct the figure, or send the statements of your other accounts."),
        ),
        "obligations_too_high": ReasonText(
            text=message("Much of your income already goes to loans and fixed costs."),
            advice=message("Repaying another loan first, or asking for less, can help."),
        ),
        "instalment_unaffordable": ReasonText(
            text=message("The repayments would take too much of the money you have left each month."),
            advice=message("Ask for a smaller amount or a longer term."),
        ),
        "recent_borrowing": ReasonText(
            text=message("You have taken several loans in the last three months."),
            advice=message("Wait until some of them are repaid, then apply again."),
        ),
        "returned_payments": ReasonText(
            text=message("Payments from your account were returned unpaid."),
            advice=message("Keep enough in the account on due days, then apply again in three months."),
        ),
        "days_overdrawn": ReasonText(
            text=message("Your account was overdrawn on several days."),
            advice=message("Three months without an overdraft help your next application."),
        ),
        "low_balances": ReasonText(
            text=message("Your account often comes close to zero."),
            advice=message("Keeping a small reserve in the account helps your next application."),
        ),
        "gambling_share": ReasonText(
            text=message("A large share of your spending goes to betting."),
            advice=message("Three months with less of it help your next application."),
        ),
        "history_too_short": ReasonText(
            text=message("Your bank statement covers too short a time."),
            advice=message("Send a statement that covers at least three whole months."),
        ),
        "statement_missing": ReasonText(
            text=message("We need a bank statement to decide."),
            advice=message("Upload the last three months as CSV or OFX from your bank's website or app."),
        ),
        "statement_out_of_date": ReasonText(
            text=message("Your bank statement is too old."),
            advice=message("Upload one that ends within the last month."),
        ),
        "statement_needs_checking": ReasonText(
            text=message("A person needs to check your bank statement."),
            advice=message("You need not do anything now. We will tell you if we need more."),
        ),
        "identity_unverified": ReasonText(
            text=message("We could not confirm who you are."),
            advice=message("Finish the identity check, then we can decide."),
        ),
        "business_unverified": ReasonText(
            text=message("We could not confirm your business."),
            advice=message("Finish the business check, then we can decide."),
        ),
        "account_owner_unverified": ReasonText(
            text=message("We could not confirm that the bank account is yours."),
            advice=message("Confirm the account, or use one in your own name."),
        ),
        "under_legal_age": ReasonText(
            text=message("You are below the age at which you can sign a loan contract."),
            advice=message("You can apply once you are of age."),
        ),
        "further_checks_needed": ReasonText(
            text=message("A person needs to look at your application."),
            advice=message("You need not do anything now. We will tell you if we need more."),
        ),
        "information_incomplete": ReasonText(
            text=message("Some of what we need to decide is missing, so a person looks at your application."),
            advice=message("You need not do anything now. We will tell you if we need more."),
        ),
        "loan_overdue": ReasonText(
            text=message("You have a payment overdue on a loan with us."),
            advice=message("Pay what is overdue, then apply again."),
        ),
        "too_many_open_loans": ReasonText(
            text=message("You already have as many open loans with us as we allow at one time."),
            advice=message("Repay one of them, then apply again."),
        ),
        "repayment_history": ReasonText(
            text=message("Your earlier repayments with us were late or are too few to go by."),
            advice=message("Paying on time improves your next application."),
        ),
        "amount_large_for_income": ReasonText(
            text=message("The amount is large compared with your income."),
            advice=message("Ask for a smaller amount."),
        ),
        "amount_above_product_maximum": ReasonText(
            text=message("The amount is above the most that this product lends."),
            advice=message("Accept the lower amount, or choose another product."),
        ),
        "documents_unconvincing": ReasonText(
            text=message("The documents you sent did not confirm what you told us."),
            advice=message("Send documents that show your name, your income and their date."),
        ),
    }
)
