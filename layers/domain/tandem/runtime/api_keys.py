"""The keys of the API on this stack's table; all that the authorizer loads."""

from functools import cache

from tandem.runtime.clients import dynamodb
from tandem.runtime.settings import setting
from tandem.store.api_keys import ApiKeys
from tandem.store.table import Table


@cache
def api_keys() -> ApiKeys:
    return ApiKeys(Table(dynamodb(), setting("TABLE_NAME")))
