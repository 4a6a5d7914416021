"""What Graph says of the account that a line belongs to: one register of the line's row."""

from tandem.model.line import UNREAD, Account
from tandem.store import keys
from tandem.store.registers import Merge, Register, Row, fingerprint


def read(waba: str, account: Account, *, at: int) -> Merge:
    """What Graph said of an account at `at`."""
    carried = {
        "account": waba,
        "account_currency": account.currency,
        "account_timezone": account.timezone,
        "account_marketing": account.marketing,
    }
    value = keys.moment(at, fingerprint(carried))
    return Merge((Register("account_read_at", value, "latest", carried),))


def account(row: Row) -> Account:
    """The account of a line's row; what was read of an earlier account says nothing of this one."""
    if "account_read_at" not in row or row["account"] != row["waba"]:
        return UNREAD
    return Account(
        row.get("account_currency"),
        row.get("account_timezone"),
        keys.moment_at(row["account_read_at"]),
        row.get("account_marketing"),
    )
