"""The pages and the socket of participants: join, take a seat, answer, move the seat to another device."""

import asyncio
import json
from typing import Any

from tornado.web import RequestHandler

from kit.activities.activity import Seat
from kit.errors import KitError, ResponseError, SequenceError, SessionError
from kit.pages import pages, stages
from kit.pages.rendering import qr_svg, render
from kit.server.context import Context
from kit.server.guard import set_page_headers
from kit.server.live import Phone
from kit.server.sockets import LiveSocket
from kit.session import Change, Names, Participant, Session, clean_code, clean_name
from kit.text import gettext as _

SEAT_DAYS = 30

MOST_ITEMS = 1000
"""So many items of one exercise may one seat answer; nobody needs half as many."""


class ParticipantPage(RequestHandler):
    """Base of the pages that anybody in the room may open."""

    def initialize(self, context: Context) -> None:
        """Take what all pages share."""
        self.context = context

    def set_default_headers(self) -> None:
        """Send the headers of every page of our own."""
        set_page_headers(self)

    def page(self, template: str, status: int = 200, **names: Any) -> None:
        """Answer with a whole page."""
        self.set_status(status)
        self.finish(render(template, **self.context.page_names(), **names))

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """One plain sentence and a next step, whatever went wrong."""
        self.page(
            "message.html", status_code, title=_("That didn't work"), text=_("Please go back and try again.")
        )

    async def found(self, typed: str) -> Session | None:
        """The session of a typed code. Where there is none, the page for another try has been sent."""
        guesses, address = self.context.guesses, self.request.remote_ip or ""
        session, problem = None, ""
        try:
            session = await asyncio.to_thread(self.context.store.session, clean_code(typed))
        except SessionError as error:
            problem = str(error)
        # Who has a seat isn't guessing, though a neighbour behind the same address may be.
        if guesses.exhausted(address) and not (session and await self.seat(session)):
            problem = _("Those were many tries. Please wait a minute, then type the code again.")
            self.page("join.html", 429, problem=problem, typed="")
            return None
        if session is None:
            guesses.wrong(address)
            self.page("join.html", 404, problem=problem, typed=typed[:20])
        return session

    async def seat(self, session: Session) -> Participant | None:
        """Whose seat the cookie of this device is."""
        secret = self.get_cookie(cookie_name(session))
        return await asyncio.to_thread(self.context.store.seat, session.id, secret) if secret else None

    def keep_seat(self, session: Session, secret: str) -> None:
        """Give this device the seat's cookie."""
        secure = self.request.protocol == "https"
        self.set_cookie(
            cookie_name(session),
            secret,
            expires_days=SEAT_DAYS,
            path=self.context.base_url,
            httponly=True,
            samesite="Lax",
            secure=secure,
        )


def cookie_name(session: Session) -> str:
    """The cookie that holds the secret of a seat."""
    return f"kit-seat-{session.code}"


class JoinPage(ParticipantPage):
    """Type the code."""

    def get(self) -> None:
        """Ask for the code."""
        self.page("join.html", problem="", typed="")

    async def post(self) -> None:
        """Go to the session of the code."""
        session = await self.found(self.get_body_argument("code", ""))
        if session:
            self.redirect(self.context.join_path(session), status=303)


class SeatPage(ParticipantPage):
    """A session's page: take a seat, then the exercise."""

    async def get(self, code: str) -> None:
        """Show the exercise to who has a seat, the door to everybody else."""
        session = await self.found(code)
        if session is None:
            return
        participant = await self.seat(session)
        if participant:
            self.page("phone.html", **await self.phone(session, participant))
        elif session.closed_at:
            self.page(
                "message.html", 410, title=_("This session has ended"), text=_("Thank you for stopping by.")
            )
        else:
            moved = self.get_cookie(cookie_name(session)) is not None
            self.page("name.html", session=session, problem="", moved=moved, Names=Names)

    async def post(self, code: str) -> None:
        """Take a seat."""
        session = await self.found(code)
        if session is None:
            return
        if not await self.seat(session):
            try:
                name = clean_name(self.get_body_argument("name", ""), session.names)
                limit = self.context.settings.max_participants
                _participant, secret = await asyncio.to_thread(
                    self.context.store.join, session.id, name, limit
                )
            except SessionError as error:
                self.page("name.html", 422, session=session, problem=str(error), moved=False, Names=Names)
                return
            self.keep_seat(session, secret)
        self.redirect(self.context.join_path(session), status=303)

    async def phone(self, session: Session, participant: Participant) -> dict[str, Any]:
        """What the phone's page starts with, so that it is useful before the socket is open."""
        store, switchboard = self.context.store, self.context.switchboard
        position = await switchboard.position(session)
        exercise = position.change.exercise if position.change else ""
        answers = await asyncio.to_thread(store.answers, participant.id, exercise)
        room = position.empty_room()
        if position.sees_room:
            room = (await switchboard.attendance(session, position)).room
        return {
            "session": session,
            "participant": participant,
            "view_id": position.view_id,
            "view": pages.participant(position, room, Seat(answers, participant.pseudonym)),
            "seq": await asyncio.to_thread(store.last_seq, participant.id),
            "live": f"{self.context.join_path(session)}/live",
        }


class ReturnPage(ParticipantPage):
    """Move a seat to this device by the personal return link. Opening the link alone changes nothing."""

    async def get(self, code: str, token: str) -> None:
        """Ask before moving: chat programs open links by themselves."""
        session = await self.found(code)
        if session:
            self.page("return.html", session=session)

    async def post(self, code: str, token: str) -> None:
        """Move the seat here."""
        session = await self.found(code)
        if session is None:
            return
        moved = await asyncio.to_thread(self.context.store.move_seat, session.id, token)
        if moved is None:
            self.context.guesses.wrong(self.request.remote_ip or "")
            text = _(
                "This return link has been used already. Make a new one on the device where you take part now."
            )
            self.page("message.html", 410, title=_("That link has been used"), text=text)
            return
        _participant, secret = moved
        self.keep_seat(session, secret)
        self.redirect(self.context.join_path(session), status=303)


class PhoneSocket(LiveSocket):
    """The connection of one seat. docs/protocol.md describes the messages."""

    def initialize(self, context: Context) -> None:
        """Take what all pages share."""
        self.context = context
        self.phone: Phone | None = None

    @property
    def max_message_size(self) -> int:
        """Longer messages end the connection."""
        return self.context.settings.max_message_bytes

    async def prepare(self) -> None:
        """Refuse whoever has no seat before the connection is upgraded."""
        self.session = await asyncio.to_thread(self._session)
        self.secret = self.get_cookie(cookie_name(self.session), "") if self.session else ""
        self.participant = (
            await asyncio.to_thread(self.context.store.seat, self.session.id, self.secret)
            if self.session and self.secret
            else None
        )
        if self.participant is None:
            self.set_status(403)
            self.finish()

    def _session(self) -> Session | None:
        try:
            return self.context.store.session(clean_code(self.path_args[0]))
        except SessionError:
            return None

    async def open(self, _code: str) -> None:
        """Greet the phone and bring it to the present view."""
        self.view_id = self.get_query_argument("view", "")
        self.phone = Phone(self, self.participant, self.secret)
        self.live = await self.context.switchboard.add_phone(self.session, self.phone)
        if self.ws_connection is None:
            self.on_close()

    def leave(self) -> None:
        """Send the page away for good: its seat is another device's now."""
        self.send({"type": "leave", "url": self.context.join_path(self.session)})
        self.close(1000)

    async def on_message(self, raw: str | bytes) -> None:
        """Take one message. What can't be read is refused and does no harm."""
        try:
            message = json.loads(raw)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            self.send(
                {
                    "type": "refused",
                    "seq": 0,
                    "text": _("That message can't be read: it isn't a JSON object."),
                }
            )
            return
        if message.get("type") == "change":
            await self.change(message)
        elif message.get("type") == "action" and message.get("action") == "return-link":
            await self.return_link()
        else:
            self.send({"type": "pong"})

    async def change(self, message: dict[str, Any]) -> None:
        """Store a change; answer "saved" only after the commit."""
        seq = message.get("seq")
        try:
            change = self.live.position.accept(self.participant, message)
            await self.bound(change)
            await asyncio.wrap_future(self.context.store.save(change))
        except SequenceError:
            # Another tab or device counted on from the same number: the page sends it again, above theirs.
            above = await asyncio.to_thread(self.context.store.last_seq, self.participant.id)
            self.send({"type": "refused", "seq": seq, "above": above})
            return
        except ResponseError as error:
            self.send({"type": "refused", "seq": seq if isinstance(seq, int) else 0, "text": str(error)})
            return
        except KitError as error:
            # Not stored, so not acknowledged: the phone keeps it and sends it again after a reconnect.
            self.send({"type": "delayed", "seq": seq, "text": _("Not saved yet; we keep trying.")})
            self.context.log.error("A change could not be stored: %s", error)
            self.close(1013)
            return
        islands = {}
        if self.is_on(change.exercise):
            self.phone.answers[change.round, change.item] = change.value
            islands = self.islands(change.item)
        self.send({"type": "saved", "seq": change.seq, "islands": islands})

    def is_on(self, exercise: str) -> bool:
        """Whether the room is at this exercise, so that the phone's answers are those to it."""
        change = self.live.position.change
        return change is not None and change.exercise == exercise

    def islands(self, item: str) -> dict[str, str]:
        """What changes on the phone when it has answered an item."""
        position, kind, stage = self.live.position, self.live.position.kind, self.live.position.stage
        if kind is None or stage is None:
            return {}
        return stages.after_answer(kind.exercise, stage, position.empty_room(), self.phone.seat, item)

    async def bound(self, change: Change) -> None:
        """Refuse what would fill the database: one more item of a seat that has answered far too many.

        Raises:
            ResponseError: It has.
        """
        answers = self.phone.answers
        if not self.is_on(change.exercise):
            answers = await asyncio.to_thread(
                self.context.store.answers, self.participant.id, change.exercise
            )
        if len(answers) >= MOST_ITEMS and (change.round, change.item) not in answers:
            raise ResponseError(
                _("“{item}” is one too many: {most} answers to one exercise are kept.").format(
                    item=change.item[:60], most=MOST_ITEMS
                )
            )

    async def return_link(self) -> None:
        """Make the personal link that moves this seat to another device."""
        token = await asyncio.to_thread(self.context.store.return_token, self.participant.id)
        address = f"{self.context.links.join(self.session)}/return/{token}"
        html = render("return-link.html", address=address, qr=qr_svg(address))
        self.send({"type": "islands", "islands": {"return-link": html}})

    def on_close(self) -> None:
        """Forget the phone; its seat and its answers stay."""
        if self.phone and hasattr(self, "live"):
            self.context.switchboard.drop(self.live, self.phone)
