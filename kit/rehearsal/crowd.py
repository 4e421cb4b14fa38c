"""A room full of people who aren't there."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from kit.rehearsal.person import Person, words

JOINS_AT_ONCE = 8

Somebody = TypeVar("Somebody", bound=Person)


async def gather(
    address: str,
    people: int,
    person: type[Somebody],
    mark: Callable[[str], object] = id,
) -> list[Somebody]:
    """Let so many people join, a few at a time.

    Args:
        address: The session's join page.
        person: What they are.
        mark: Called with what opens each seat, in a worker thread, before anybody answers.

    Raises:
        SessionError: Nobody answers at the address, or lets them in.
    """
    turn, names = asyncio.Semaphore(JOINS_AT_ONCE), words()["names"]

    async def arrive(number: int) -> Somebody:
        async with turn:
            somebody = await person.join(address, names[number % len(names)])
            await asyncio.to_thread(mark, somebody.secret)
            return somebody

    return await asyncio.gather(*map(arrive, range(people)))


@asynccontextmanager
async def taking_part(people: Sequence[Person], pace: float) -> AsyncIterator[None]:
    """While inside, they are connected and answer whatever is asked, each once in ``pace`` seconds on average."""
    work = [job for somebody in people for job in (somebody.stay_connected(), somebody.take_part(pace))]
    async with asyncio.TaskGroup() as group:
        tasks = list(map(group.create_task, work))
        yield
        for task in tasks:
            task.cancel()
    for somebody in people:
        somebody.close()
