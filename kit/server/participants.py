"""The pages and the socket of participants: join, take a seat, answer, move the seat to another device."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

from tornado.web import HTTPError

from kit.activities.activity import Seat
from kit.errors import KitError, ResponseError, SequenceError, SessionError
from kit.pages import pages, stages
from kit.pages.rendering import qr_svg, render
from kit.server.live import Phone
from kit.server.page import LiveSocket, Page, cookie_name, parsed
from kit.session import Change, Names, Participant, Session, clean_code
from kit.store.seats import new_secret
from kit.text import gettext as _

SEAT_DAYS = 30

MOST_ITEMS = 1000
"""So many items of one exercise may one seat answer; nobody needs half as many."""

LOG = logging.getLogger("kit")


class ParticipantPage(Page):
    """Base of the pages that anybody in the room may open."""

    def initialize(self) -> None:
        """Let the facilitator know that phones get here."""
        self.context.reach.notice(self.request)

    async def found(self, typed: str) -> Session | None:
        """The session of a typed code. Where there is none, the page for another try has been sent."""
        guesses, session, problem = self.context.guesses, None, ""
        try:
            session = await asyncio.to_thread(self.context.store.session, clean_code(typed))
        except SessionError as error:
            problem = str(error)
        # Who has a seat isn't guessing, though a neighbour behind the same address may be.
        if guesses.exhausted(self.address) and not (session and await self.seat(session)):
            problem = _("Those were many tries. Please wait a minute, then type the code again.")
            self.page("join.html", 429, problem=problem, typed="")
            return None
        if session is None:
            guesses.wrong(self.address)
            self.page("join.html", 404, problem=problem, typed=typed[:20])
        return session

    def go_to(self, session: Session) -> None:
        """Send the device to the session's page."""
        self.redirect(self.context.join_path(session), status=303)


class JoinPage(ParticipantPage):
    """Type the code."""

    def get(self) -> None:
        """Ask for the code."""
        self.page("join.html", problem="", typed="")

    async def post(self) -> None:
        """Go to the session of the code."""
        if session := await self.found(self.get_body_argument("code", "")):
            self.go_to(session)


class SessionPage(ParticipantPage):
    """Base of the pages of one session."""

    session: Session

    async def prepare(self) -> None:
        """Find the session of the code in the address; without one the page has been answered."""
        if session := await self.found(self.path_args[0]):
            self.session = session

    def keep_seat(self, secret: str) -> None:
        """Give this device the seat's cookie, and go on to the session's page."""
        self.keep(cookie_name(self.session), secret)
        self.go_to(self.session)

    def keep(self, name: str, secret: str) -> None:
        """Give this device a cookie."""
        self.set_cookie(
            name,
            secret,
            expires_days=SEAT_DAYS,
            path=self.context.base_url,
            httponly=True,
            samesite="Lax",
            secure=self.request.protocol == "https",
        )


class SeatPage(SessionPage):
    """A session's page: take a seat, then the exercise."""

    async def get(self, _code: str) -> None:
        """Show the exercise to who has a seat, the door to everybody else."""
        if participant := await self.seat(self.session):
            self.page("phone.html", **await self.phone(participant))
        elif self.session.closed_at:
            self.message(410, _("This session has ended"), _("Thank you for stopping by."))
        elif await self.seat(self.session, removed=True):
            self.say_goodbye()
        else:
            self.ask_name(moved=self.secret(self.session) is not None)

    async def post(self, _code: str) -> None:
        """Take a seat."""
        if await self.seat(self.session):
            self.go_to(self.session)
            return
        if await self.seat(self.session, removed=True):
            self.say_goodbye()
            return
        store, limit = self.context.store, self.context.settings.max_participants
        name, secret = self.get_body_argument("name", ""), self.get_cookie(self.door, "")
        if self.get_body_argument("page", "") and not secret:  # our own page has just given it one
            self.say_no_cookies()
            return
        try:
            _participant, secret = await asyncio.to_thread(store.join, self.session.id, name, limit, secret)
        except SessionError as error:
            self.ask_name(422, str(error))
        else:
            self.keep_seat(secret)

    @property
    def door(self) -> str:
        """The cookie of who is asked for a name: the secret of the seat to be, so that two taps take one."""
        return f"kit-door-{self.session.code}"

    def say_goodbye(self) -> None:
        """Send a removed person away with kind words."""
        text = _(
            "The facilitator has let your place go, and what you answered doesn’t count any more. If that was a "
            "mistake, tell them: they can bring you back, with all your answers."
        )
        self.message(403, _("Thank you for coming"), text, self.context.join_path(self.session))

    def say_no_cookies(self) -> None:
        """Tell who would be asked for a name again and again, and take a seat each time."""
        text = _(
            "This browser keeps nothing of this page, so it would forget your place at once. Allow cookies in its "
            "settings, or open the page in another browser."
        )
        self.message(422, _("No place yet"), text, self.context.join_path(self.session))

    def ask_name(self, status: int = 200, problem: str = "", moved: bool = False) -> None:
        """Ask who takes a seat, unless nobody new comes in; ``moved`` says that the device had one."""
        if self.session.locked:
            text = _(
                "Nobody new comes in right now. Have you been in before? Then open this page in the browser that you "
                "used, or ask the facilitator for a link. If you belong here, tell them: they can let you in."
            )
            self.message(403, _("The door is closed for now"), text, self.context.join_path(self.session))
            return
        self.keep(self.door, new_secret())
        self.page("name.html", status, session=self.session, problem=problem, moved=moved, Names=Names)

    async def phone(self, participant: Participant) -> dict[str, Any]:
        """What the phone's page starts with, so that it is useful before the socket is open."""
        store, switchboard = self.context.store, self.context.switchboard
        position = await switchboard.position(self.session)
        answers = await asyncio.to_thread(store.answers, participant.id, position.exercise)
        seat = Seat(answers, participant.pseudonym)
        await switchboard.think(position, [seat])
        return {
            "session": self.session,
            "participant": participant,
            "view_id": position.view_id,
            "view": (await switchboard.view(position))(participant, seat),
            "seq": await asyncio.to_thread(store.last_seq, participant.id),
            "live": f"{self.context.join_path(self.session)}/live",
        }


class ReturnPage(SessionPage):
    """Move a seat to this device by the personal return link. Opening the link alone changes nothing."""

    def get(self, _code: str, _token: str) -> None:
        """Ask before moving: chat programs open links by themselves."""
        self.page("return.html", session=self.session)

    async def post(self, _code: str, token: str) -> None:
        """Move the seat here."""
        moved = await asyncio.to_thread(self.context.store.move_seat, self.session.id, token)
        if moved is None:
            self.context.guesses.wrong(self.address)
            text = _(
                "This return link has been used already. Make a new one on the device where you take part now."
            )
            self.message(410, _("That link has been used"), text)
            return
        _participant, secret = moved
        self.keep_seat(secret)


class PhoneSocket(LiveSocket):
    """The connection of one seat. docs/protocol.md describes the messages.

    Attributes:
        untold: The items that were answered and of which is still to be told what takes long to work out.
    """

    thinking: asyncio.Task[None] | None = None

    @property
    def max_message_size(self) -> int:
        """Longer messages end the connection."""
        return self.context.settings.max_message_bytes

    async def prepare(self) -> None:
        """Refuse whoever has no seat before the connection is upgraded."""
        self.session = await self.session_of(self.path_args[0])
        self.participant = await self.seat(self.session) if self.session else None
        if self.participant is None:
            raise HTTPError(403)

    async def open(self, _code: str) -> None:
        """Greet the phone and bring it to the present view."""
        self.view_id = self.get_query_argument("view", "")
        self.phone = Phone(self, self.participant, self.secret(self.session))
        self.untold: set[str] = set()
        await self.join(self.context.switchboard.add_phone(self.session, self.phone))

    def leave(self) -> None:
        """Send the page away for good: its seat is another device's now, or was taken."""
        self.send({"type": "leave", "url": self.context.join_path(self.session)})
        self.close(1000)

    async def on_message(self, raw: str | bytes) -> None:
        """Take one message. What can't be read is refused and does no harm."""
        message = parsed(raw)
        if wait := self.live.paces[self.participant.id].wait():
            await asyncio.sleep(wait)
        if message is None:
            self.refuse(0, _("That message can't be read: it isn't a JSON object."))
        elif message.get("type") == "change":
            await self.change(message)
        elif message.get("type") == "action" and message.get("action") == "return-link":
            await self.return_link()
        else:
            self.send({"type": "pong"})

    async def change(self, message: dict[str, Any]) -> None:
        """Store a change; answer "saved" only after the commit."""
        seq, position = message.get("seq"), self.live.position
        try:
            change = position.accept(self.participant, message, self.phone.seat)
            await self.bound(change)
            await asyncio.wrap_future(self.context.store.save(change))
        except SequenceError:
            # Another tab or device counted on from the same number: the page sends it again, above theirs.
            above = await asyncio.to_thread(self.context.store.last_seq, self.participant.id)
            self.send({"type": "refused", "seq": seq, "above": above})
        except ResponseError as error:
            self.refuse(seq if isinstance(seq, int) else 0, str(error))
        except KitError as error:
            # Not stored, so not acknowledged: the phone keeps it and sends it again after a reconnect.
            self.send({"type": "delayed", "seq": seq, "text": _("Not saved yet; we keep trying.")})
            LOG.error("A change could not be stored: %s", error)
            self.close(1013)
        else:
            self.acknowledge(change, message["seq"])
            if change.late or self.live.position is not position:
                self.context.switchboard.redraw_late(self.live, self.phone)

    def acknowledge(self, change: Change, seq: int) -> None:
        """Say that a change is stored, and what it changes on the phone; what takes long to work out comes after."""
        position, stage = self.live.position, None
        if change.exercise == position.exercise:
            self.phone.keep(change)
            stage = position.stage
        saved: dict[str, Any] = {"type": "saved", "seq": seq}
        if stage and stage.thinkers:
            self.think_about(change.item)
        else:
            saved["islands"] = self.islands([change.item]) if stage else {}
        self.send(saved)
        self.tell_other_tabs(change, saved.get("islands", {}))

    def refuse(self, seq: int, text: str) -> None:
        """Say why a change won't ever be taken."""
        self.send({"type": "refused", "seq": seq, "text": text})

    def islands(self, items: Iterable[str]) -> dict[str, str]:
        """What changes on the phone now that these items are answered."""
        position, told = self.live.position, {}
        exercise, room = position.kind.exercise, self.context.switchboard.last_room(position)
        for item in items:
            told |= stages.after_answer(exercise, position.stage, room, self.phone.seat, item)
        return told | pages.nudge(position, room, self.phone.seat)

    def tell_other_tabs(self, change: Change, islands: dict[str, str]) -> None:
        """Show the answer on whatever else is open of this seat."""
        said = {name: getattr(change, name) for name in ("exercise", "round", "item", "value")}
        for phone in self.live.others(self.phone):
            if change.exercise == self.live.position.exercise:
                phone.keep(change)
            phone.viewer.send({"type": "answer", **said, "islands": islands})

    def think_about(self, item: str) -> None:
        """Work out what there is to tell of an answer; one that comes meanwhile waits for the next turn."""
        self.untold.add(item)
        if self.thinking is None or self.thinking.done():
            self.thinking = asyncio.create_task(self.think())

    async def think(self) -> None:
        """Tell all tabs of this seat what was worked out, unless the room has moved on: then the new view says it."""
        while self.untold:
            items, position = sorted(self.untold), self.live.position
            self.untold.clear()
            await self.context.switchboard.think(position, [self.phone.seat])
            if self.live.position.view_id == position.view_id:
                told = {"type": "islands", "islands": self.islands(items)}
                for phone in (self.phone, *self.live.others(self.phone)):
                    phone.viewer.send(told)

    async def bound(self, change: Change) -> None:
        """Refuse what would fill the database: one more item of a seat that has answered far too many.

        Raises:
            ResponseError: It has.
        """
        answers, store = self.phone.answers, self.context.store
        if change.exercise != self.live.position.exercise:
            answers = await asyncio.to_thread(store.answers, self.participant.id, change.exercise)
        if len(answers) >= MOST_ITEMS and (change.round, change.item) not in answers:
            text = _("“{item}” is one too many: {most} answers to one exercise are kept.")
            raise ResponseError(text.format(item=change.item[:60], most=MOST_ITEMS))

    async def return_link(self) -> None:
        """Make the personal link that moves this seat to another device."""
        token = await asyncio.to_thread(self.context.store.return_token, self.participant.id)
        address = f"{self.context.links.join(self.session)}/return/{token}"
        html = render("return-link.html", address=address, qr=qr_svg(address))
        self.send({"type": "islands", "islands": {"return-link": html}})

    def on_close(self) -> None:
        """Forget the phone; its seat and its answers stay."""
        if self.thinking:
            self.thinking.cancel()
        if self.live:
            self.context.switchboard.drop(self.live, self.phone)
