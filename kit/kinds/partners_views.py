"""What each stage of the exercise of internal customers shows, as plain dicts for templates. No I/O."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kit.content.partners import ROLE_LENGTH, Case, PartnersExercise
from kit.kinds.kind import Answers, Islands
from kit.kinds.partners_agreements import Agreement, ics_bytes, shown
from kit.kinds.partners_group import (
    EXTRA,
    MATCHED,
    MISSED,
    PAIR,
    PREDICTED,
    STATED,
    UNHEARD,
    Group,
    Person,
    depended_on,
    reciprocity,
    unserved,
)
from kit.kinds.partners_items import (
    AGREE,
    BY,
    DRAFT,
    EXPLORE,
    GIVES,
    MEETS,
    NEED_LENGTH,
    NEEDS,
    PARTNERS,
    PICKED,
    RATINGS,
    REVIEW,
    agreement_item,
    confirm_item,
    parse,
)
from kit.kinds.placing import COMMITMENT, COMMITMENT_LENGTH
from kit.kinds.roles import RoleBook
from kit.text import gettext as _

FEW_WORDS, SHORT = 3, 6
"""Under so many words a need is asked for the thing itself, and for its quality."""

LIKELY = 60
"""From this score on (of 100) a predicted and a stated need are suggested as a pair."""

OUTCOMES = (MATCHED, MISSED, EXTRA, UNHEARD)


def brief(exercise: PartnersExercise, answers: Answers) -> dict[str, Any]:
    """``objective``, ``minutes``, ``recognise``, ``cases``: see ``case_view``."""
    return {
        "objective": exercise.objective,
        "minutes": exercise.minutes,
        "recognise": exercise.recognise,
        "cases": [case_view(case, answers) for case in exercise.cases],
    }


def case_view(case: Case, answers: Answers) -> dict[str, Any]:
    """``case``, ``title``, ``story``, ``ending`` (None until both sides are answered), ``sides``.

    A side has ``number``, ``role``, ``other``, ``item``, ``options`` (``{id, text}``), ``chosen``, and once it is
    answered ``answer_text``, ``reason`` and ``is_right``, which are None before.
    """
    sides = []
    for number, side in enumerate(case.sides, 1):
        item = f"case/{case.id}/{number}"
        chosen = answers.get((EXPLORE, item))
        options = {option.id: option.text for option in side.options}
        known = chosen in options
        sides.append(
            {
                "number": number,
                "role": side.role,
                "other": case.sides[2 - number].role,
                "item": item,
                "options": [{"id": option, "text": text} for option, text in options.items()],
                "chosen": chosen if known else None,
                "answer_text": options[side.answer] if known else None,
                "reason": side.reason if known else None,
                "is_right": chosen == side.answer if known else None,
            }
        )
    both = all(side["chosen"] for side in sides)
    ending = case.ending if both else None
    return {"case": case.id, "title": case.title, "story": case.story, "ending": ending, "sides": sides}


def roles(exercise: PartnersExercise, answers: Answers) -> dict[str, Any]:
    """``listed``, ``role``, ``other``, ``picks`` and ``typed`` (``{n, item, value}``), ``role_length``."""
    slots = [
        {"n": n, "item": f"partner/{n}", "value": answers.get((EXPLORE, f"partner/{n}"), "")}
        for n in range(1, PARTNERS + 1)
    ]
    return {
        "listed": exercise.roles,
        "role": answers.get((EXPLORE, "role"), ""),
        "other": answers.get((EXPLORE, "role/other"), ""),
        "picks": slots[:PICKED],
        "typed": slots[PICKED:],
        "role_length": ROLE_LENGTH,
    }


def needs(exercise: PartnersExercise, person: Person, answers: Answers) -> dict[str, Any]:
    """``partners_named``, see below, ``meets`` and ``ratings`` (what can be chosen), ``examples``, ``need_length``.

    A partner has ``number``, ``typed``, ``role``, ``predicted`` and ``needs`` (lists of ``{item, value, island,
    hints}``), and ``meets``, ``rating``, ``served`` (``{item, value}``).
    """

    def texts(what: str, number: int, typed: str) -> list[dict[str, Any]]:
        items = [(n, f"{what}/{typed}/{n}") for n in range(1, NEEDS + 1)]
        return [
            {
                "item": item,
                "value": (value := answers.get((EXPLORE, item), "")),
                "island": f"hint-{what}-{number}-{n}",
                "hints": hints(exercise, value),
            }
            for n, item in items
        ]

    def chosen(what: str, typed: str) -> dict[str, str]:
        return {"item": f"{what}/{typed}", "value": answers.get((EXPLORE, f"{what}/{typed}"), "")}

    partners = [
        {
            "number": number,
            "typed": typed,
            "role": role,
            "predicted": texts("need-from-me", number, typed),
            "needs": texts("need", number, typed),
            "meets": chosen("meets", typed),
            "rating": chosen("rating", typed),
            "served": chosen("served", typed),
        }
        for number, (typed, role) in enumerate(person.partners.items())
    ]
    return {
        "partners_named": partners,
        "meets": [{"value": value, "text": meets_text(value)} for value in MEETS],
        "ratings": RATINGS,
        "examples": exercise.examples,
        "need_length": NEED_LENGTH,
    }


def meets_text(value: str | None) -> str:
    """How often two meet, in words."""
    texts = {"daily": _("Every day"), "weekly": _("Every week"), "monthly": _("Every month")}
    return texts.get(value or "", _("Less often") if value == "rarely" else "")


def hints(exercise: PartnersExercise, need: str) -> list[str]:
    """What to ask about a need that is still vague: the thing, its quality, its time. None about a sharp one."""
    words = re.findall(r"\w+", need.casefold())
    if not words:
        return []
    timed = any(letter.isdigit() for letter in need) or not set(words).isdisjoint(
        word.casefold() for word in exercise.time_words
    )
    asked = {"item": len(words) < FEW_WORDS, "quality": len(words) < SHORT, "time": not timed}
    return [exercise.ask(part) for part, is_asked in asked.items() if is_asked]


def islands_after(exercise: PartnersExercise, person: Person, answers: Answers, item: str) -> Islands:
    """What a person sees anew after an answer: the key of a case's side, or the questions for a vague need."""
    parsed = parse(EXPLORE, item)
    if parsed is None:
        return {}
    if parsed.what == "case" and (case := exercise.case(parsed.part.partition("/")[0])):
        view = case_view(case, answers)
        side = view["sides"][int(parsed.part.partition("/")[2]) - 1]
        return {
            f"case-{case.id}-{side['number']}": ("partners/side.html", {"side": side}),
            f"case-{case.id}-ending": ("partners/ending.html", {"case": view}),
        }
    if parsed.what in ("need", "need-from-me") and parsed.roles[0] in person.partners:
        number = list(person.partners).index(parsed.roles[0])
        asked = hints(exercise, answers.get((EXPLORE, item), ""))
        return {f"hint-{parsed.what}-{number}-{parsed.part}": ("partners/hints.html", {"hints": asked})}
    return {}


def room_map(group: Group, kept: Sequence[str]) -> dict[str, Any]:
    """See ``Partners.room_view``, stage ``map``."""
    links, graph, places = group.links(), group.graph(), group.places(kept)
    depended = depended_on(graph)
    weights = dict(depended)
    drawn = [
        {
            "name": role,
            "place": place,
            "weight": weights.get(role, 0),
            "held": role in group.holders,
            "holders": len(group.holders.get(role, ())),
        }
        for role, place in places.items()
    ]
    rows = [row | {"meets_text": meets_text(row["meets"])} for row in links.to_dict("records")]
    return {
        "map": {"roles": drawn, "links": rows, "places": places},
        "depended_on": [{"role": role, "people": people} for role, people in depended],
        "one_way": [row for row in rows if not row["both_ways"]],
        "unserved": unserved(graph),
        "unheld": [role for role in places if role not in group.holders],
        "reciprocity": None if group.too_few else reciprocity(links),
    }


def own_map(person: Person, group: Mapping[str, Any] | None) -> dict[str, Any]:
    """``own``: the part of the map around the own role; ``rows``: ``{role, they_need, we_need}``, numbers of people.

    None and empty without a group or a role.
    """
    if group is None or not person.role:
        return {"own": None, "rows": []}
    rows = [row for row in group["map"]["links"] if person.role in (row["needs_role"], row["gives_role"])]
    near = {person.role} | {row[end] for row in rows for end in ("needs_role", "gives_role")}
    # Ranks instead of places: the few roles around one's own have room to be read on a phone.
    around = sorted(
        (role for role in group["map"]["roles"] if role["name"] in near), key=lambda r: r["place"]
    )
    around = [role | {"place": rank} for rank, role in enumerate(around)]
    people = {(row["needs_role"], row["gives_role"]): row["people"] for row in rows}
    named = [
        {
            "role": role["name"],
            "they_need": people.get((role["name"], person.role), 0),
            "we_need": people.get((person.role, role["name"]), 0),
        }
        for role in around
        if role["name"] != person.role
    ]
    return {"own": {"roles": around, "links": rows}, "rows": named}


def room_gaps(group: Group) -> dict[str, Any]:
    """See ``Partners.room_view``, stage ``gaps``."""
    needs, links = group.needs(), group.links()
    found: dict[tuple[str, str], dict[str, Any]] = {
        (row.needs_role, row.gives_role): {
            "needs_role": row.needs_role,
            "gives_role": row.gives_role,
            "both_ways": row.both_ways,
            **{outcome: [] for outcome in OUTCOMES},
        }
        for row in links.itertuples()
    }
    counts = dict.fromkeys(OUTCOMES, 0)
    for row in needs.itertuples():
        # A matched need stands on both sides: the words of who needs it are shown.
        if row.outcome != MATCHED or row.side == STATED:
            told = {"text": row.text, "people": row.people, "side": row.side}
            found[row.needs_role, row.gives_role][row.outcome].append(told)
            counts[row.outcome] += 1
    rows = [row for row in found.values() if any(row[outcome] for outcome in OUTCOMES)]
    rows.sort(key=lambda row: (-len(row[MISSED]), -len(row[UNHEARD]), row["needs_role"], row["gives_role"]))
    ratings = group.ratings()
    shown_ratings = ratings[
        (ratings["partner"] == "") & ratings["self"].notna() & ratings["received"].notna()
    ]
    return {
        "links": rows,
        "counts": counts,
        "one_way": [row for row in rows if not row["both_ways"]],
        "ratings": [] if group.too_few else shown_ratings.to_dict("records"),
    }


def own_gaps(person: Person, group: Mapping[str, Any] | None) -> dict[str, Any]:
    """``gaps``, one a partner: ``{role, they_need, we_need, rating}``; ``received``: the own role's ratings or None.

    ``they_need`` and ``we_need`` are links of ``room_gaps``, what they need and what the own role needs, or None.
    """
    links = {(row["needs_role"], row["gives_role"]): row for row in group["links"]} if group else {}
    others = dict.fromkeys(person.partners.values())
    others |= dict.fromkeys(
        row[1 - row.index(person.role)] for row in map(list, links) if person.role in row and person.role
    )
    gaps = [
        {
            "role": role,
            "they_need": links.get((role, person.role)),
            "we_need": links.get((person.role, role)),
            "rating": person.rating.get(role),
        }
        for role in others
    ]
    received = [row for row in group["ratings"] if row["role"] == person.role] if group else []
    return {"gaps": gaps, "received": received[0] if received else None}


def own_agreements(
    book: RoleBook, person: Person, answers: Answers, group: Mapping[str, Any] | None
) -> dict[str, Any]:
    """``cards``, one a role with which the own role has a link or an agreement.

    A card has ``number``, ``partner``, ``held`` (whether somebody here has that role), ``sides`` (own side
    first, each ``{role, gives, by, confirmed, gives_item, by_item}``), ``review``, ``review_item``,
    ``complete``, ``confirmed``, ``digest``, ``confirm_item``, ``mine`` (whether the person confirmed these
    words), ``text``, ``calendar`` (a file as a ``data:`` address, once both confirmed; else None).
    """
    if group is None or not person.role:
        return {"cards": [], "need_length": NEED_LENGTH}
    others = dict.fromkeys(person.partners.values())
    ends = [*group["links"], *(list(pair) for pair in group["agreements"])]
    others |= dict.fromkeys(ends[1 - ends.index(person.role)] for ends in ends if person.role in ends)
    cards = []
    for number, partner in enumerate(sorted(others, key=str.casefold)):
        pair = book.pair(person.role, partner)
        card: Agreement = (
            group["agreements"][pair]["card"] if pair in group["agreements"] else Agreement(pair)
        )
        confirmed = {
            value
            for (round_number, item), value in answers.items()
            if round_number == AGREE and _confirms(book, item, pair)
        }
        sides = shown(card)["sides"]
        for place, side in enumerate(sides):
            side |= {
                "gives_item": agreement_item(pair, GIVES[place]),
                "by_item": agreement_item(pair, BY[place]),
            }
        cards.append(
            shown(card)
            | {
                "number": number,
                "partner": partner,
                "held": bool(group["holders"].get(partner)),
                "sides": sides if pair[0] == person.role else sides[::-1],
                "review_item": agreement_item(pair, REVIEW),
                "confirm_item": confirm_item(pair),
                "mine": card.digest in confirmed,
                "calendar": calendar_address(card) if card.is_confirmed else None,
            }
        )
    return {"cards": cards, "need_length": NEED_LENGTH}


def _confirms(book: RoleBook, item: str, pair: tuple[str, str]) -> bool:
    parsed = parse(AGREE, item)
    return parsed is not None and parsed.what == "confirm" and book.pair(*parsed.roles) == pair


def calendar_address(card: Agreement) -> str:
    """The calendar file inside an address, so that a phone saves it without asking the server."""
    import base64

    return f"data:text/calendar;charset=utf-8;base64,{base64.b64encode(ics_bytes(card)).decode()}"


def debrief(person: Person, answers: Answers, group: Mapping[str, Any] | None) -> dict[str, Any]:
    """``commitment``, ``commitment_length``, ``cards``: the own role's agreements."""
    found = group["agreements"].items() if group else ()
    return {
        "commitment": answers.get((0, COMMITMENT), ""),
        "commitment_length": COMMITMENT_LENGTH,
        "cards": [
            card | {"calendar": calendar_address(card["card"]) if card["confirmed"] else None}
            for pair, card in found
            if person.role and person.role in pair
        ],
    }


def sheet(exercise: PartnersExercise, person: Person, answers: Answers) -> list[dict[str, Any]]:
    """What a learner takes to each partner: ``{number, role, predicted, needs, rating, questions, draft}``.

    ``predicted`` and ``needs`` are lists of ``{text, hints}``; ``draft`` has the parts of an agreement, each
    ``{item, value}``.
    """
    return [
        {
            "number": number,
            "role": role,
            "predicted": [{"text": t, "hints": hints(exercise, t)} for t in person.predicted.get(role, ())],
            "needs": [{"text": t, "hints": hints(exercise, t)} for t in person.needs.get(role, ())],
            "rating": person.rating.get(role),
            "questions": [prompt.ask for prompt in exercise.prompts],
            "draft": {
                part.replace("-", "_"): {
                    "item": f"draft/{typed}/{part}",
                    "value": answers.get((EXPLORE, f"draft/{typed}/{part}"), ""),
                }
                for part in DRAFT
            },
        }
        for number, (typed, role) in enumerate(person.partners.items())
    ]


def pairing(group: Group) -> list[dict[str, Any]]:
    """See ``Partners.console_view``: the links where both sides wrote something."""
    from rapidfuzz import fuzz  # deferred: only the facilitator's page needs it

    rows = []
    found = group.needs()
    for (needs_role, gives_role), part in found.groupby(["needs_role", "gives_role"], sort=True):
        sides = {side: part[part["side"] == side].to_dict("records") for side in (PREDICTED, STATED)}
        if not all(sides.values()):
            continue
        pairs = [
            {
                "predicted": predicted["text"],
                "stated": stated["text"],
                "item": f"{PAIR}{predicted['key']}/{stated['key']}",
                "is_paired": (predicted["key"], stated["key"]) in group.pairs,
                "score": round(fuzz.token_set_ratio(predicted["text"].casefold(), stated["text"].casefold())),
            }
            for predicted in sides[PREDICTED]
            for stated in sides[STATED]
        ]
        open_pairs = [pair for pair in pairs if not pair["is_paired"]]
        rows.append(
            {
                "needs_role": needs_role,
                "gives_role": gives_role,
                "paired": [pair for pair in pairs if pair["is_paired"]],
                "suggestions": sorted(
                    (pair for pair in open_pairs if pair["score"] >= LIKELY), key=lambda p: -p["score"]
                ),
                "rest": [pair for pair in open_pairs if pair["score"] < LIKELY],
            }
        )
    return rows
