"""What a journal is refused for before any database is asked."""

from shared.errors import Unprocessable


class JournalMalformed(Unprocessable):
    code = "journal_malformed"
    message = "Journal {key} can't be posted: {why}."


class JournalUnbalanced(Unprocessable):
    code = "journal_unbalanced"
    message = "Journal {key} does not balance in {currency}: debits exceed credits by {difference_minor} minor units."
