"""Who may log in to which drop, as the profiles say today."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gateway.profiles.catalog import Channel
from gateway.transports.drop.rooms import Rooms


@dataclass(frozen=True, slots=True)
class Account:
    """One partner's way in."""

    user: str
    owner: str
    """The partner or connection whose drop it is."""
    rooms: Rooms
    keys: tuple[str, ...] = ()
    """Public keys on one line each."""
    password: str | None = None
    """A reference to it."""
    quota: int = 1_000_000_000
    files: int = 10_000
    largest: int = 1_000_000_000


def accounts(channels: Iterable[Channel], rooms: Callable[[str], Rooms]) -> dict[str, Account]:
    """The accounts of the drops among channels, by user; of two with one name neither is let in."""
    found: dict[str, Account] = {}
    twice: set[str] = set()
    for channel in channels:
        if channel.kind != "drop" or channel.direction != "in":
            continue
        said = channel.settings
        user, quota = str(said.get("user") or channel.owner), int(said["quota"])
        if user in found:
            twice.add(user)
        found[user] = Account(
            user,
            channel.owner,
            rooms(channel.owner),
            tuple(said.get("keys") or ()),
            said.get("password"),
            quota,
            int(said["files"]),
            min(int(said.get("largest") or quota), quota),
        )
    return {user: account for user, account in found.items() if user not in twice}
