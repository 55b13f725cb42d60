"""Long lists: the newest at first, and more of what came before for whoever asks."""

from typing import Protocol, TypeVar

from app.stores.root import Store
from shared.paging import MAX_PAGE, Page

T = TypeVar("T")
STEP = 100


class Newest(list[T]):
    """The newest of a list, as many as were asked for; `goes_on` where there are others before them."""

    goes_on = False


class _Read(Protocol[T]):
    async def __call__(self, *, cursor: str | None, limit: int) -> Page[T]: ...


async def newest(store: Store, key: object, read: _Read[T]) -> Newest[T]:
    """As many of the list known by `key` as were asked for, read anew so that all of it is as it is now."""
    wanted, found, cursor = store.reach.get(key, STEP), Newest[T](), None
    while len(found) < wanted:
        page = await read(cursor=cursor, limit=min(wanted - len(found), MAX_PAGE))
        found.extend(page.items)
        cursor = page.next_cursor
        if cursor is None or not page.items:
            return found
    found.goes_on = True
    return found


async def reach_back(store: Store, key: object) -> None:
    """Shows more of the list known by `key`, from now on."""
    store.reach[key] = store.reach.get(key, STEP) + STEP
    await store.refresh(key)
