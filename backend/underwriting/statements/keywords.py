"""The words by which transactions are told apart: data, tried from top to bottom, the first match wins."""

from enum import StrEnum

from msgspec import Struct

from backend.underwriting.domain.statement import Category


class Direction(StrEnum):
    """Which way the money went."""

    IN = "in"
    OUT = "out"
    ANY = "any"


class KeywordGroup(Struct, frozen=True, kw_only=True):
    """Whole words or phrases, in any case and without accents, that mean `category` for money of `direction`."""

    category: Category
    direction: Direction
    keywords: tuple[str, ...]


def _group(category: Category, direction: Direction, keywords: str) -> KeywordGroup:
    return KeywordGroup(
        category=category,
        direction=direction,
        keywords=tuple(" ".join(keyword.split()) for keyword in keywords.split("|")),
    )


_LENDERS = """
    fairmoney | fair money | palmcredit | palm credit | renmoney | okash | quickcheck | aella credit | aella
    | carbon loan | branch loan | branch international | easemoni | creditdirect | credit direct
    | page financials | lidya | lendigo | kiakia | zedvance | fuliza | m shwari | mshwari | kcb mpesa loan
    | tala | zenka | okolea | timiza | klarna | clearpay | afterpay | affirm | bajaj finance | home credit
    | moneyview | kreditbee | zip pay
    """

KEYWORDS: tuple[KeywordGroup, ...] = (
    _group(
        Category.BOUNCE,
        Direction.ANY,
        """
        returned unpaid | unpaid item | unpaid cheque | unpaid direct debit | unpaid dd | returned cheque
        | cheque return | chq return | chq rtn | cheque returned | returned check | returned item
        | return item fee | returned dd | returned direct debit | dd return | direct debit return
        | direct debit returned | failed direct debit | insufficient funds | insufficient fund | nsf
        | nsf fee | dishonour | dishonoured | dishonored | dishonour fee | bounced | bounce charge
        | bounce charges | bounced cheque | refer to drawer | unpaid charge | ecs return | nach return
        | ach return | emi return | mandate return | failed mandate | rejected direct debit | impaye
        | rejet prelevement | devolucion recibo
        """,
    ),
    _group(
        Category.REVERSAL,
        Direction.ANY,
        "reversal | reversed | reverse | rvsl | refund | refunded | chargeback | cashback | remboursement",
    ),
    _group(
        Category.LOAN_INFLOW,
        Direction.IN,
        f"""
        loan disbursement | loan disbursal | loan disb | disbursement of loan | loan proceeds | loan credit
        | loan payout | loan booking | loan drawdown | loan | payday advance | salary advance
        | overdraft drawdown | {_LENDERS}
        """,
    ),
    _group(
        Category.LOAN_REPAYMENT,
        Direction.OUT,
        f"""
        loan repayment | loan repay | repay loan | loan instalment | loan installment | loan recovery
        | loan liquidation | loan payment | loan emi | emi | loan interest | loan principal | loan
        | credit card repayment | credit card payment | student loan | hire purchase | car finance
        | finance repayment | {_LENDERS}
        """,
    ),
    _group(
        Category.BANK_FEE,
        Direction.OUT,
        """
        bank charge | bank charges | service fee | sms alert | sms charge | sms charges
        | account maintenance | maintenance fee | maintenance charge | card maintenance | transfer fee
        | transfer charge | nip charge | nip charges | nibss charge | commission on | cot | stamp duty
        | stamp duties | emtl | electronic money transfer levy | ledger fee | atm fee | vat on | monthly fee
        | overdraft fee | overdraft interest | debit interest | card issuance | token charge
        | frais bancaires
        """,
    ),
    _group(
        Category.GAMBLING,
        Direction.ANY,
        """
        bet9ja | sportybet | sporty bet | betking | 1xbet | betway | nairabet | msport | bangbet | 22bet
        | melbet | parimatch | betika | odibets | sportpesa | mozzart | merrybet | accessbet | casino
        | lottery | lotto | baba ijebu | poker | betfair | bet365 | william hill | ladbrokes | paddy power
        | paddypower | draftkings | fanduel | dream11 | betting | bookmaker
        """,
    ),
    _group(
        Category.SALARY,
        Direction.IN,
        """
        salary | salaries | salry | payroll | wages | wage | net pay | monthly pay | staff pay | sal
        | salaire | salaires | sueldo | nomina | gehalt | lohn | mshahara | راتب | الراتب
        """,
    ),
    _group(
        Category.OTHER_INCOME,
        Direction.IN,
        """
        pension | pensions | annuity | dividend | dividends | credit interest | interest earned
        | interest paid | interest credit | rent received | rental income | universal credit | child benefit
        | housing benefit | state pension | disability | social security | unemployment benefit
        | maintenance received | child support
        """,
    ),
    _group(
        Category.BUSINESS_INCOME,
        Direction.IN,
        """
        pos settlement | merchant settlement | settlement | paystack | flutterwave | stripe payout
        | stripe payments | stripe | sales | invoice | inv | pos credit | card settlement | sumup
        | square inc | zettle | terminal settlement
        """,
    ),
    _group(
        Category.OWN_TRANSFER,
        Direction.ANY,
        """
        own account | own transfer | transfer to self | self transfer | to self | between accounts
        | internal transfer | savings | saving | piggyvest | cowrywise | savings pot | pot transfer
        | fixed deposit | term deposit | investment | money market fund | treasury bill
        """,
    ),
    _group(
        Category.HOUSING,
        Direction.OUT,
        "rent | house rent | mortgage | landlord | letting | lettings | service charge | estate dues | loyer | miete",
    ),
    _group(
        Category.UTILITIES,
        Direction.OUT,
        """
        electricity | electric | ikedc | ekedc | aedc | phed | ibedc | phcn | prepaid meter | buypower
        | kplc | water bill | water rate | gas bill | council tax | waste bill | dstv | gotv | startimes
        | internet | broadband | airtime | data bundle | mtn | airtel | glo | 9mobile | etisalat | safaricom
        | vodafone | vodacom | telkom | utility | utilities
        """,
    ),
    _group(
        Category.INSURANCE,
        Direction.OUT,
        "insurance | assurance | hmo | axa | leadway | aiico | lic premium | allianz | britam | nhif",
    ),
    _group(Category.TAX, Direction.OUT, "tax | vat | hmrc | firs | lirs | kra | paye | withholding tax | gst | impot"),
    _group(
        Category.SUBSCRIPTION,
        Direction.OUT,
        """
        netflix | spotify | apple com bill | google play | youtube premium | amazon prime | showmax
        | subscription | gym | membership | icloud | audible | disney plus
        """,
    ),
    _group(
        Category.CASH,
        Direction.ANY,
        """
        atm | cash | cash withdrawal | cash wdl | cwdl | cash deposit | cash dep | cash lodgement
        | pos withdrawal | agent withdrawal | cdm | retrait
        """,
    ),
    _group(
        Category.TRANSFER,
        Direction.ANY,
        """
        transfer | trf | tfr | xfer | nip | nibss | neft | imps | rtgs | upi | pesalink | mpesa | m pesa
        | momo | ussd | faster payment | faster payments | fpi | fpo | bank giro | bgc | standing order
        | sto | zelle | venmo | opay | palmpay | kuda | moniepoint | virement | transferencia | sepa
        """,
    ),
)
