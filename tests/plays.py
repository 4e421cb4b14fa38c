"""What happens in one whole session of each kind: who answers what, and what the facilitator decides.

Every name and every text that somebody types holds the name of an animal and a number that nothing else holds, so that
it can be found again wherever it shows. The tens of the numbers tell what a text is.

- all: zebra-19x one word, while people come in
- sort: zebra-1x commitments, 16x moments of their own work
- phrasing: zebra-2x what tempts, 3x wrong phrases, 4x first versions, 5x revised ones, 6x cards
- partners: zebra-7x needs that are thought, 8x needs that are said, 9x agreements, 10x commitments; Quagga-6 and 7 are
  roles, the other Quaggas persons
"""

from collections.abc import Callable

from playroom import Answering, Phone, Room

SORT, PHRASING, PARTNERS = "cx-vs-service", "ownership-phrasing", "internal-customers"
NAMES = ("Ada Quagga-1", "Bilal Quagga-2", "", "Dmitri Quagga-4", "")

CAKE, BOILER, BATTERY = "situation/wrong-cake", "situation/boiler-visit", "situation/empty-battery"
HR_IT, HR_SALES, IT_SALES = "HR~IT", "HR~Sales", "IT~Sales"


def warm_up(room: Room) -> None:
    """Two say the same word, one another and takes it back, one a word that is taken off."""
    first, second, third, fourth, _last = room.phones
    for phone, word in (
        (first, "Care zebra-191"),
        (second, "the cares zebra-191"),
        (third, "Nothing zebra-192"),
        (fourth, "Rude zebra-193"),
    ):
        phone.write("word", word)
    third.write("word", "")
    room.press("warm-up", "Take off: Rude")


def play_sort(room: Room) -> None:
    """Two rounds of sorting; the last person is late in both, and the third writes after the end."""
    people = room.phones
    warm_up(room)
    with room.stage("brief"):
        pass
    with room.stage("sort"):
        cards = cards_of(people[0])
        for number, phone in enumerate(people):
            place(phone, cards[: 9 if number == 4 else None], number)
        people[0].choose(cards[0], "service")
        room.extend("sort")
    with room.stage("reveal"):
        place(people[4], cards[9:11], 4)
    with room.stage("discuss"):
        pass
    with room.stage("sort-again"):
        again = people[0].controls.items(round=2)
        for number, phone in enumerate(people):
            place(phone, again[: 2 if number == 4 else None], number // 2)
    with room.stage("answers"):
        place(people[4], again[2:4], 1)
    with room.stage("own"):
        write_moments(room)
        room.press("own", "Let through: “The form asks twice, zebra-161")
    with room.stage("ours"):
        people[4].write("moment/1", "They wait for our call, zebra-165.", round=3)
        room.press("ours", "Let all through, new ones too")
        room.press("ours", "Hide: “Nobody rang back, zebra-163")
    with room.stage("debrief"):
        people[0].write("commitment", "I greet everybody first, zebra-11.")
        people[1].write("commitment", "I explain less, zebra-12.")
        people[1].write("commitment", "I ask before I explain, zebra-13.")
        people[4].write("commitment", "I show one new feature, zebra-14.")
        room.facilitator.note("They laughed at the car park.")
    room.end(lambda: last_words(people[2], "I fetch a colleague, zebra-15."))


def write_moments(room: Room) -> None:
    """Moments of their own: one takes one back, one places none, and two write nothing."""
    first, second, third, *_rest = room.phones
    for number, (phone, text, ring) in enumerate(
        [
            (first, "The form asks twice, zebra-161.", "experience"),
            (second, "We show how it works, zebra-162.", "success"),
            (second, "Nobody rang back, zebra-163.", "service"),
        ]
    ):
        item = f"moment/{1 + number // 2}"
        phone.write(item, text, round=3)
        phone.change(item, ring, round=4)
    second.write("moment/3", "This one I take back, zebra-164.", round=3)
    second.write("moment/3", "", round=3)
    third.write("moment/1", "It lies on no ring, zebra-166.", round=3)


def place(who: Answering, cards: list[str], person: int) -> None:
    """Place cards, each person in a way of their own."""
    known = cards_of(who)
    for card in cards:
        number, values = known.index(card), who.controls.values(card)
        who.choose(card, values[(number + person * (number % 3)) % len(values)])


def cards_of(who: Answering) -> list[str]:
    """The cards that a person has been shown; not what was asked as people came in."""
    return [item for item in who.controls.items() if item != "word"]


def practise_sort(learner: Answering, again: Callable[[], None]) -> None:
    """All cards once, then two of them once more from the start."""
    cards = learner.controls.items()
    place(learner, cards, 1)
    again()
    place(learner, cards[:2], 0)


def play_phrasing(room: Room) -> None:
    """From the moments that tempt to the card; with phrases merged, hidden, shown again, late and withdrawn."""
    warm_up(room)
    with room.stage("brief"):
        room.press("brief", "Leave out: Museum")
    with room.stage("tempting"):
        be_tempted(room)
        room.press("tempting", "Work on this: Electronics shop")
        room.press("tempting", "Something takes too long", words="Nobody had told us, zebra-25.")
    with room.stage("not-that"):
        say_the_wrong_thing(room)
        room.press("not-that", "Let through: “The bakery messed it up, zebra-31.")
        room.press("not-that", "Let all through, new ones too")
        room.press("not-that", "Hide: “That's not my job, zebra-36.")
    with room.stage("say-this"):
        say_it_better(room)
        room.press("say-this", "Show on its own")
        room.press("say-this", "Show as one")
        room.press("say-this", "Hide: Whoever of you sent this")
        room.press("say-this", "Hide: The battery is fine, zebra-46")
    with room.stage("vote"):
        room.phones[4].write(CAKE, "We baked it for tomorrow, and that's our fault, zebra-45.")
        room.press("vote", "Show: We baked it for tomorrow")
        room.press("vote", "Show: The battery is fine, zebra-46")
        vote(room)
    with room.stage("showcase"):
        revise(room)
        room.press("showcase", "Show this one: I'm sorry that we let you wait")
    with room.stage("card"):
        make_cards(room)
    with room.stage("debrief"):
        room.facilitator.note("The bakery is everybody's favourite.")
    room.end()


def be_tempted(room: Room) -> None:
    """What tempts whom; the first person takes one entry back."""
    first, second, third, _fourth, _last = room.phones
    first.write("tempting/1", "The parcel is late, zebra-21.")
    first.write("tempting/2", "The system is down, zebra-22.")
    first.write("tempting/3", "This one I take back, zebra-23.")
    first.write("tempting/3", "")
    second.write("tempting/1", "Sales promised it, zebra-24.")
    third.write("tempting/2", "Nobody told me, zebra-25.")


def say_the_wrong_thing(room: Room) -> None:
    """Wrong phrases; and the last person's late answer to the stage before."""
    first, second, third, fourth, last = room.phones
    last.write("tempting/1", "The night shift did it, zebra-26.")
    first.write(CAKE, "The bakery messed it up, zebra-31.")
    first.write(BOILER, "They never tell us when, zebra-32.")
    first.write(BATTERY, "You should have read the manual, zebra-33.")
    second.write(CAKE, "I can't do anything about it, zebra-34.")
    for number, phone in enumerate((third, fourth, last), 5):
        phone.write(CAKE, f"That's not my job, zebra-3{number}.")


def say_it_better(room: Room) -> None:
    """First versions: two nearly alike, one rude, one taken back."""
    first, second, third, fourth, last = room.phones
    first.write(CAKE, "We got your day wrong, and I'll bake it now and bring it to you by four, zebra-41.")
    first.write(BOILER, "I'm sorry that we let you wait, zebra-42. Our engineer is with you by one.")
    second.write(CAKE, "We got your day wrong and I'll bake it now and bring it to you by four, zebra-41!")
    second.write(BATTERY, "It happens to all of us, zebra-43. Shall we put it in together?")
    third.write(CAKE, "I'm sorry if there was a misunderstanding, zebra-44.")
    fourth.write(BOILER, "Whoever of you sent this, I don't care, zebra-47.")
    fourth.write(BATTERY, "Take out the film, zebra-48.")
    fourth.write(BATTERY, "")
    last.write(BATTERY, "The battery is fine, zebra-46.")


def vote(room: Room) -> None:
    """Everybody votes for what their phone offers; the first and the fourth person take a vote back."""
    for phone in room.phones:
        for item in phone.controls.items("vote/")[:2]:
            phone.choose(item, "yes")
    first, fourth = room.phones[0], room.phones[3]
    first.change(first.controls.items("vote/")[0], "")
    fourth.change(fourth.controls.items("vote/")[0], "")
    for item in fourth.controls.items("vote/")[2:4]:
        fourth.choose(item, "yes")


def revise(room: Room) -> None:
    """Better versions of three people; one sends again what was there."""
    first, second, third, _fourth, last = room.phones
    first.write(CAKE, "We got your day wrong, and that's on us, zebra-51. It is at your table by four.")
    second.write(CAKE, "We wrote down the wrong day, zebra-52. I'm baking it now; would four suit you?")
    third.write(CAKE, "That's our mistake, zebra-53, and I put it right now.")
    last.write(BATTERY, "The battery is fine, zebra-46.")


def make_cards(room: Room) -> None:
    """One card from a phrase, one in own words, one of both, one not finished."""
    first, second, third, _fourth, last = room.phones
    first.choose("card/from", "wrong-cake")
    second.write("card/when", "When it rains, zebra-61")
    second.write("card/instead", "Not my fault, zebra-62")
    second.write("card/say", "Come in, zebra-63")
    third.choose("card/from", "wrong-cake")
    third.write("card/say", "That's on us, zebra-64")
    last.choose("card/from", "empty-battery")


def practise_phrasing(learner: Answering, _again: Callable[[], None]) -> None:
    """Words for three situations, one of them made better and one taken back, and a card."""
    learner.write(CAKE, "The morning shift must have written that down wrong. We'll see what we can do.", 3)
    learner.write(BOILER, "I'm sorry that we let you wait. Our engineer is with you by one.", 3)
    learner.write(BATTERY, "You should have taken out the film.", 3)
    learner.write(BATTERY, "", 3)
    learner.write(CAKE, "We got your day wrong, and that's on us. I'll bake it now; it's ready at four.", 5)
    learner.reload()
    learner.choose("card/from", "wrong-cake")
    learner.write("card/instead", "It wasn't me.")


def play_partners(room: Room) -> None:
    """From the cases to the agreements; roles merged, needs paired, and of both a decision undone."""
    warm_up(room)
    with room.stage("brief"):
        solve_cases(room)
    with room.stage("roles"):
        take_roles(room)
        room.press("roles", "“I.T. desk Quagga-6” is “IT”")
        room.press("roles", "Merge", item="merge/Stock room Quagga-7", value="Warehouse")
        room.press("roles", "“Stock room Quagga-7” counts as “Warehouse”.")
    with room.stage("needs"):
        predict_needs(room)
    with room.stage("my-needs"):
        state_needs(room)
    with room.stage("map"):
        room.phones[4].write("need/IT/1", "word before a password ends, zebra-85")
        pair_needs(room)
    with room.stage("gaps"):
        room.press("gaps", "None of them")
    with room.stage("agreements"):
        agree(room)
    with room.stage("debrief"):
        room.phones[0].write("commitment", "I ask HR first, zebra-101.")
        room.phones[3].write("commitment", "I call before I promise, zebra-102.")
        room.facilitator.note("HR and IT want to meet weekly.")
    room.end(lambda: last_words(room.phones[4], "I tell IT who starts, zebra-103."))


def last_words(phone: Phone, text: str) -> None:
    """Somebody's commitment comes after the end, and what they keep with it."""
    phone.write("commitment", text)
    phone.hear_of("kept")


def solve_cases(room: Room) -> None:
    """One person answers all four sides, rightly and wrongly; others some."""
    first, second, _third, fourth, last = room.phones
    sides = first.controls.items("case/")
    for number, side in enumerate(sides):
        first.choose(side, first.controls.values(side)[number % 3])
    for phone, some in ((second, sides[:2]), (fourth, sides[1:2]), (last, sides[2:])):
        for side in some:
            phone.choose(side, phone.controls.values(side)[1])


def take_roles(room: Room) -> None:
    """IT twice, once under another name; HR twice; Sales."""
    first, second, third, fourth, last = room.phones
    for phone, role, partners in (
        (first, "IT", ("HR", "Sales")),
        (second, "HR", ("IT", "Payroll")),
        (third, "", ("HR",)),
        (fourth, "Sales", ("IT", "HR")),
        (last, "HR", ("IT",)),
    ):
        if role:
            phone.choose("role", role)
        for partner in partners:
            phone.choose(f"partner/{partner}", partner)
    third.write("role", "I.T. desk Quagga-6")
    third.write("partner/1", "Stock room Quagga-7")
    fourth.choose("partner/Legal", "Legal")
    fourth.change("partner/Legal", "")


def predict_needs(room: Room) -> None:
    """What each thinks that the others need; one thought is taken back."""
    first, second, third, fourth, last = room.phones
    first.write("need-from-me/HR/1", "a laptop on the first morning, zebra-71")
    first.write("need-from-me/HR/2", "help, zebra-72")
    first.write("need-from-me/Sales/1", "a phone, zebra-73")
    first.write("need-from-me/Sales/2", "never mind, zebra-74")
    first.write("need-from-me/Sales/2", "")
    second.write("need-from-me/IT/1", "names of who starts, a month ahead, zebra-75")
    third.write("need-from-me/HR/1", "accounts, zebra-76")
    fourth.write("need-from-me/IT/1", "a list of big orders every Monday, zebra-77")
    last.write("need-from-me/IT/1", "names of who leaves, zebra-78")
    for number, phone in enumerate(room.phones):
        for item in phone.controls.items("rating/"):
            phone.choose(item, str(2 + number % 3))
        for item in phone.controls.items("meets/"):
            phone.choose(item, phone.controls.values(item)[number % 3])


def state_needs(room: Room) -> None:
    """What each needs from the others."""
    first, second, third, fourth, last = room.phones
    first.write("need/HR/1", "names of who starts, a month ahead, zebra-81")
    first.write("need/Sales/1", "only promises that we can keep, zebra-82")
    second.write("need/IT/1", "a laptop on the first morning, zebra-83")
    third.write("need/HR/1", "the day of the first day, zebra-84")
    fourth.write("need/IT/1", "a phone that rings, zebra-86")
    for number, phone in enumerate((first, second, third, fourth, last)):
        for item in phone.controls.items("served/"):
            phone.choose(item, str(1 + number))


def pair_needs(room: Room) -> None:
    """Two needs are the same, then that is asked again, then they are, and no more of them."""
    for press in ("Yes", "Ask again", "Yes", "No more"):
        room.press("map", press)


def agree(room: Room) -> None:
    """One agreement that both sides confirm, one that only one does, one that is only begun."""
    first, second, _third, fourth, _last = room.phones
    parts = {"gives-1": "names by the first, zebra-91", "gives-2": "a laptop by nine, zebra-92"}
    for part, text in {**parts, "by-2": "on the first morning, zebra-93", "review": "2031-06-30"}.items():
        second.write(f"agreement/{HR_IT}/{part}", text)
    first.write(f"agreement/{IT_SALES}/gives-1", "a phone in a week, zebra-94")
    first.write(f"agreement/{IT_SALES}/gives-2", "a list on Mondays, zebra-95")
    first.write(f"agreement/{IT_SALES}/review", "2031-07-01")
    fourth.write(f"agreement/{HR_SALES}/gives-2", "a list of who left, zebra-96")
    for phone, pair in ((second, HR_IT), (first, HR_IT), (first, IT_SALES)):
        phone.reload()
        item = f"confirm/{pair}"
        phone.choose(item, next(value for value in phone.controls.values(item) if value != "no"))


def practise_partners(learner: Answering, _again: Callable[[], None]) -> None:
    """Two sides of a case, one's role, two partners, needs both ways, and a draft."""
    for number, side in enumerate(learner.controls.items("case/")[:3]):
        learner.choose(side, learner.controls.values(side)[number % 2])
    learner.choose("role", "Sales")
    learner.choose("partner/HR", "HR")
    learner.write("partner/1", "Stock room")
    learner.write("need-from-me/HR/1", "help")
    learner.write("need-from-me/HR/2", "a list of who left, every Monday")
    learner.choose("meets/HR", "weekly")
    learner.choose("rating/HR", "4")
    learner.write("need/Stock room/1", "the parcel's place by noon")
    learner.choose("served/Stock room", "2")
    learner.write("draft/HR/i-give", "a list on Mondays")
    learner.write("draft/HR/review", "2031-06-30")
    learner.write("need-from-me/HR/1", "")


PLAYS = {SORT: play_sort, PHRASING: play_phrasing, PARTNERS: play_partners}
PRACTICE = {SORT: practise_sort, PHRASING: practise_phrasing, PARTNERS: practise_partners}
