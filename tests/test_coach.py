"""What the phrase coach says to a learner: each rule of the rubric, with sentences of our own."""

import subprocess
import sys

import pytest

from kit.coach import (
    Point,
    Recipe,
    Review,
    ask_about,
    built_in_recipes,
    describe_extra,
    describe_step,
    get_recipe,
    render,
    review,
)
from kit.coach.extras import EXTRAS
from kit.coach.recipe import TRAP_RULES
from kit.coach.text import split
from kit.errors import CoachError


def kinds(text: str, recipe: str = "coworker-error") -> set[str]:
    """The kinds of traps in a phrase."""
    return set(review(text, recipe).traps)


def steps(text: str, recipe: str) -> dict[str, str]:
    """The verdicts on a phrase's steps."""
    return review(text, recipe).steps


def quoted(text: str, recipe: str, kind: str) -> str:
    """The words that show a trap."""
    return text[slice(*review(text, recipe).traps[kind])]


# ---- recipes and their steps


def test_a_phrase_that_follows_the_coworker_recipe_has_both_steps_and_no_trap() -> None:
    answer = review(
        "We printed the wrong date, and I'm sorry. New tickets are in tonight's post.", "coworker-error"
    )
    assert answer.steps == {"own": "found", "solution": "found"}
    assert answer.traps == {}


def test_a_phrase_that_follows_the_delay_recipe_has_its_three_steps_in_order() -> None:
    text = "I'm sorry we kept you waiting. The oven broke down this morning. Your cake is ready at four."
    answer = review(text, "delay")
    assert list(answer.steps) == ["apology", "explanation", "solution"]
    assert set(answer.steps.values()) == {"found"}
    assert text[slice(*answer.evidence["apology"])] == "I'm sorry we kept you waiting"
    assert text[slice(*answer.evidence["explanation"])] == "The oven broke down this morning"
    assert text[slice(*answer.evidence["solution"])] == "Your cake is ready at four"


def test_a_phrase_that_follows_the_customer_recipe_blames_nobody_and_eases() -> None:
    text = "Don't worry, this happens a lot. I can rebook you for Tuesday or refund it."
    answer = review(text, "customer-error")
    assert set(answer.steps.values()) == {"found"}
    assert answer.evidence["no-blame"] == (0, len(text))
    assert (
        "happens a lot" in text[slice(*answer.evidence["ease"])]
        or "worry" in text[slice(*answer.evidence["ease"])]
    )


@pytest.mark.parametrize("recipe", ["coworker-error", "delay", "customer-error"])
@pytest.mark.parametrize("text", ["", "   \n", "...", "\u200b", "😀", "?!"])
def test_an_empty_phrase_misses_every_step(text: str, recipe: str) -> None:
    answer = review(text, recipe)
    assert set(answer.steps.values()) == {"missing"}
    assert (answer.traps, answer.extras, answer.evidence) == ({}, (), {})


# ---- rulings 1 to 5: order, apologies taken back, causes outside


def test_a_reason_without_an_apology_is_an_excuse() -> None:
    text = "We had three people off sick this morning."
    assert "excuse-first" in kinds(text, "delay")
    assert steps(text, "delay")["explanation"] == "missing"


def test_a_reason_before_the_apology_is_an_excuse() -> None:
    text = "The lift broke down this morning, so everything started late. Sorry. You're next at ten."
    assert steps(text, "delay") == {"apology": "found", "explanation": "missing", "solution": "found"}
    assert quoted(text, "delay", "excuse-first").startswith("The lift broke down")


def test_no_excuse_where_no_reason_is_given() -> None:
    assert "excuse-first" not in kinds("I'll have it with you by noon.", "delay")


def test_a_reason_after_a_non_apology_is_an_explanation() -> None:
    text = "I'm sorry you feel that way. The printer broke down this morning."
    assert steps(text, "delay")["apology"] == "missing"
    assert steps(text, "delay")["explanation"] == "found"
    assert "non-apology" in kinds(text, "delay")
    assert "excuse-first" not in kinds(text, "delay")


def test_a_reason_fused_into_the_apology_counts() -> None:
    assert steps("We're sorry that the storm held us up. We land at six.", "delay")["explanation"] == "found"


def test_a_bare_sorry_but_is_no_owning_and_no_apology() -> None:
    assert steps("Sorry, but we can't change that.", "coworker-error")["own"] != "found"
    assert steps("Sorry, but we're very busy today.", "delay")["apology"] != "found"
    assert "but-apology" in kinds("Sorry, but we're very busy today.", "delay")


def test_however_takes_an_apology_back_too() -> None:
    assert "but-apology" in kinds("I apologise. However, sale items can't be exchanged.")


def test_a_but_that_introduces_help_takes_nothing_back() -> None:
    text = "Sorry about that, but I can fix it for you right now."
    assert "but-apology" not in kinds(text, "delay")
    assert steps(text, "delay")["apology"] == "found"


def test_a_supplier_at_fault_is_a_deflection() -> None:
    assert "deflect" in kinds("The supplier forgot to load it again.", "delay")


# ---- rulings 6 and 7: owning and apologising


@pytest.mark.parametrize(
    "text",
    [
        "That one is on me. I'll bring the right one at two.",
        "We let you down, and I'll make it right this afternoon.",
        "Our slip, the new one is on its way.",
        "You should have been told by us, and we forgot. I'll call you tomorrow at nine.",
    ],
)
def test_owning_needs_us_in_any_wording(text: str) -> None:
    assert steps(text, "coworker-error")["own"] == "found"


@pytest.mark.parametrize("text", ["An error was made.", "It is regrettable that this happened."])
def test_an_impersonal_fact_owns_nothing(text: str) -> None:
    assert steps(text, "coworker-error")["own"] == "missing"


def test_concrete_thanks_for_waiting_is_an_apology_and_bare_thanks_are_unclear() -> None:
    assert steps("Thank you for waiting these forty minutes.", "delay")["apology"] == "found"
    assert steps("Thank you for your patience.", "delay")["apology"] == "unclear"
    assert steps("Please bear with us.", "delay")["apology"] == "missing"


def test_should_have_had_it_is_ours_and_no_blame() -> None:
    text = "You should have had this by Monday, and we let you down."
    assert "blame-customer" not in kinds(text, "delay")
    assert steps(text, "delay")["apology"] == "found"


# ---- rulings 8 to 10: blame, questions, ease


def test_a_question_that_presupposes_fault_blames_and_interrogates() -> None:
    text = "Why didn't you read the label?"
    assert {"blame-customer", "interrogate"} <= kinds(text, "customer-error")
    assert steps(text, "customer-error")["no-blame"] == "missing"


def test_a_doubting_question_alone_leaves_no_blame_unclear() -> None:
    text = "Are you sure it was our shop?"
    assert kinds(text, "customer-error") == {"interrogate"}
    assert steps(text, "customer-error")["no-blame"] == "unclear"


def test_who_told_you_that_doubts_and_blames_nobody() -> None:
    assert kinds("Who told you that?", "customer-error") == {"interrogate"}


def test_a_question_that_is_needed_to_help_is_no_trap() -> None:
    assert kinds("May I have your order number? I'll change it for you now.", "customer-error") == set()


@pytest.mark.parametrize(
    "text",
    [
        "You should have read the instructions first.",
        "Next time, make sure you check the date.",
        "As it says on the sign, we close at five.",
        "You didn't attach the form.",
    ],
)
def test_blame_is_heard_plainly_and_by_hint(text: str) -> None:
    assert "blame-customer" in kinds(text, "customer-error")
    assert steps(text, "customer-error")["no-blame"] == "missing"


def test_a_neutral_fact_with_help_is_no_blame() -> None:
    text = "The booking is for tomorrow. I can seat you tonight at nine."
    assert kinds(text, "customer-error") == set()
    assert steps(text, "customer-error")["no-blame"] == "found"


@pytest.mark.parametrize("text", ["No harm done!", "Easy to miss, that one.", "It happens to everybody."])
def test_words_that_make_it_small_ease(text: str) -> None:
    assert steps(text, "customer-error")["ease"] == "found"


def test_harm_is_made_bearable_and_not_small() -> None:
    text = (
        "That's your rent, so this is serious. The money isn't lost yet, we can still stop it. "
        "I'm calling the bank now."
    )
    assert set(steps(text, "customer-harm").values()) == {"found"}
    assert (
        steps("You typed the wrong number. I'm calling the bank now.", "customer-harm")["bearable"]
        == "missing"
    )


def test_a_rule_that_stands_is_acknowledged_explained_and_leaves_a_choice() -> None:
    text = (
        "I can see why you want to stay with him tonight. Visiting ends at eight so that the ward can sleep. "
        "I can bring you the phone, or you can come at seven tomorrow."
    )
    assert set(steps(text, "rule-stands").values()) == {"found"}
    assert kinds(text, "rule-stands") == set()
    assert set(steps("No. Those are the rules.", "rule-stands").values()) == {"missing"}


# ---- rulings 11 to 14: solutions, rules, refusals


def test_a_solution_is_an_action_a_time_or_an_offer() -> None:
    for text in (
        "I'll send a new one today.",
        "It'll be ready at four.",
        "Would you like a refund or a new one?",
    ):
        assert steps(text, "coworker-error")["solution"] == "found", text


@pytest.mark.parametrize("text", ["We're looking into it.", "I'll see what I can do."])
def test_a_vague_promise_is_not_yet_a_solution(text: str) -> None:
    assert steps(text, "delay")["solution"] != "found"


def test_sending_the_customer_elsewhere_is_helpless_and_putting_through_is_not() -> None:
    assert "helpless" in kinds("That's not my department. You'll have to call them yourself.")
    text = "I can't do that here, but I can put you through to Ana, who can."
    assert kinds(text) == set()
    assert steps(text, "coworker-error")["solution"] == "found"


def test_a_rule_that_refuses_shields_and_a_rule_with_a_way_forward_does_not() -> None:
    assert "policy-shield" in kinds("It's our policy, no refunds without a receipt.", "customer-error")
    text = "Our policy is thirty days, so I'll date it from today and you keep your refund."
    assert "policy-shield" not in kinds(text, "customer-error")


def test_any_inconvenience_alone_is_a_non_apology_and_beside_a_real_one_is_none() -> None:
    assert "non-apology" in kinds("We're sorry for any inconvenience.")
    text = "We sent you the wrong size, and I'm sorry about that. We apologise for any inconvenience."
    assert "non-apology" not in kinds(text)


def test_a_colleague_who_will_help_is_no_deflection() -> None:
    assert kinds("We got that wrong. Dana in billing will call you today.") == set()


def test_not_being_told_is_passed_on_or_shrugged_off() -> None:
    assert kinds("I can't tell you when, they don't tell us", "delay") & {"deflect", "helpless"}


def test_a_day_that_the_customer_got_wrong_is_no_promise() -> None:
    text = "You booked the wrong day, but I'll have a look"
    answer = review(text, "customer-error")
    assert "blame-customer" in answer.traps
    assert "names-a-time" not in answer.extras


def test_words_with_a_hyphen_are_quoted_whole() -> None:
    text = "It was our mix-up, and I'm sorry. The new one's with you at four."
    answer = review(text, "coworker-error")
    assert text[slice(*answer.evidence["own"])] in ("It was our mix-up", "and I'm sorry")
    assert split("a mix-up - or two").clauses() == [(0, 8), (11, 17)]


def test_each_step_of_a_rule_that_stands_is_shown_by_its_own_words() -> None:
    text = "You came all this way for a swim. The lane is shut so that nobody drowns. Try the lake, or come at six."
    evidence = review(text, "rule-stands").evidence
    assert text[slice(*evidence["acknowledge"])] == "You came all this way for a swim"
    assert "so that nobody drowns" in text[slice(*evidence["protects"])]
    assert evidence["options"][0] >= text.index("Try the lake")


def test_the_words_of_a_reason_are_the_reason() -> None:
    text = "We're sorry you've waited in the cold. The job before yours was bigger. The engineer is with you by one."
    answer = review(text, "delay")
    assert text[slice(*answer.evidence["explanation"])] == "The job before yours was bigger"
    assert text[slice(*answer.evidence["solution"])] == "The engineer is with you by one"


# ---- how people write


def test_negated_blame_is_no_trap() -> None:
    assert kinds("We won't blame anyone. Your refund goes out today.") == set()
    assert kinds("It's not your fault, and it happens a lot. I'll move the date.", "customer-error") == set()


def test_what_a_customer_was_told_is_reported_and_not_meant() -> None:
    text = (
        'You were told "nothing we can do, company policy". We got that wrong; your money is back tomorrow.'
    )
    assert kinds(text) == set()


def test_a_phrase_in_quotes_is_judged_as_said() -> None:
    plain = "They never tell us anything."
    assert kinds(f"“{plain}”") == kinds(plain) == {"deflect"}


def test_a_passive_shifts_the_fault() -> None:
    text = "It was entered wrongly by the warehouse."
    assert kinds(text) == {"deflect"}
    assert steps(text, "coworker-error")["own"] == "missing"


@pytest.mark.parametrize(
    "text",
    [
        "sorry we sent u the wrong one, new 1 goes out tmrw",
        "Sory, we sent you the worng one. A new one goes out tommorow.",
        "SORRY WE SENT YOU THE WRONG ONE A NEW ONE GOES OUT TOMORROW",
        "so sorry 😬 we sent you the wrong one!! new one goes out tomorrow 🚚",
        "We’re sorry we’ve sent you the wrong one. A new one goes out tomorrow.",
        "We're so\u200brry we sent you the wrong one. A new one goes out tomorrow.",
    ],
)
def test_chat_style_typos_and_odd_characters_are_read(text: str) -> None:
    assert steps(text, "coworker-error") == {"own": "found", "solution": "found"}
    assert kinds(text) == set()


def test_british_and_american_spellings_agree() -> None:
    text = "We apologi{}e for the delay. The flight was cancel{}ed. You leave at nine."
    assert review(text.format("s", "l"), "delay").steps == review(text.format("z", ""), "delay").steps


def test_spans_are_offsets_into_the_text_as_given() -> None:
    text = "😬  Hmm\u2026 they\u2019re backed up in the kitche\u0301n"
    assert quoted(text, "delay", "deflect").startswith("they\u2019re backed up")


# ---- other languages


@pytest.mark.parametrize(
    "text",
    [
        "Es tut mir leid, wir haben Ihre Bestellung vergessen. Sie kommt morgen.",
        "Nous sommes désolés pour le retard, votre table sera prête dans dix minutes.",
        "Lo siento mucho, su pedido no está listo, pero mañana lo tenemos.",
        "Mi dispiace, abbiamo sbagliato il suo ordine, lo rifacciamo subito.",
        "申し訳ございません。明日お届けします。",
        "Извините за задержку, мы позвоним вам завтра.",
        "نعتذر عن التأخير",
    ],
)
def test_another_language_is_not_judged(text: str) -> None:
    answer = review(text, "delay")
    assert not answer.judged
    assert set(answer.steps.values()) == {"unclear"}
    assert (answer.traps, answer.evidence) == ({}, {})
    assert "only read English" in render(answer, text, "delay")


@pytest.mark.parametrize(
    "text",
    [
        "Sorry, Señor Muñoz, our mistake. Die Karte goes out today.",
        "np",
        "soz, van died, w u by 5",
        "Apologies, Herr von der Heide.",
    ],
)
def test_names_and_chat_are_still_english(text: str) -> None:
    assert review(text, "delay").judged


# ---- extras


def test_extras_praise_what_goes_beyond_the_recipe() -> None:
    text = "Thank you for telling us. We sent the wrong blender; would you like one by Friday, or a refund?"
    assert review(text, "coworker-error").extras == EXTRAS
    assert review("We're sorry about this issue.", "coworker-error").extras == ()


def test_no_praise_for_a_time_without_a_promise_or_for_naming_who_is_to_blame() -> None:
    text = "The morning shift must have written that down wrong. We'll see what we can do."
    assert review(text, "coworker-error").extras == ()
    assert review("I'm sorry, but you picked the wrong tour this morning.", "customer-error").extras == ()
    assert review("We got that wrong. I'll ring you by four.", "coworker-error").extras == ("names-a-time",)


# ---- recipes of one's own

OWN = Recipe(
    "refund",
    steps=(
        Point("thanks", cues=("thank~ you", "thanks .. for", "we're grateful"), label="Say thanks"),
        Point("solution", "solution"),
    ),
    traps=(
        Point("jargon", cues=("ticket|case number", "escalat~"), question="Would a friend say “{quote}”?"),
        Point("pushing", "deflect"),
    ),
)


def test_a_recipe_of_ones_own_mixes_cues_and_rules() -> None:
    text = "Thanks so much for calling. I'm escalating it; your refund is back on Friday."
    answer = review(text, OWN)
    assert answer.steps == {"thanks": "found", "solution": "found"}
    assert text[slice(*answer.evidence["thanks"])] == "Thanks so much for"
    assert list(answer.traps) == ["jargon"]
    assert ask_about("jargon", answer, text, OWN) == "Would a friend say “escalating”?"
    assert "Say thanks" in render(answer, text, OWN)


def test_a_recipes_own_cues_respect_negation_and_contractions() -> None:
    assert review("We're grateful you rang.", OWN).steps["thanks"] == "found"
    assert review("we are grateful you rang", OWN).steps["thanks"] == "found"
    assert review("I won't thank you for that.", OWN).steps["thanks"] == "missing"
    assert review("We will not be escalating this.", OWN).traps == {}


def test_a_cue_may_begin_with_a_word_that_may_be_left_out() -> None:
    recipe = Recipe("slip", (Point("slip", cues=("our? .. mistake",)),))
    for text in ("That is our silly mistake.", "It was some mistake."):
        assert review(text, recipe).steps["slip"] == "found", text


def test_a_quote_has_the_last_word_that_may_be_left_out_where_it_is_there() -> None:
    recipe = Recipe("slip", (Point("slip", cues=("our mistake entirely?",)),))
    for text in ("our mistake entirely", "our mistake"):
        start, end = review(f"It was {text}.", recipe).evidence["slip"]
        assert f"It was {text}."[start:end] == text


@pytest.mark.parametrize(
    ("cue", "texts"),
    [
        ("follow-up", ["A follow-up comes today.", "I'll follow up."]),
        ("sorry, but", ["I'm sorry, but no.", "Sorry but no."]),
        ("by 5 p.m.", ["By 5 p.m. it's there."]),
        ("sorry ... if", ["Sorry to you if it hurt."]),
        ("sorry … if", ["Sorry to you if it hurt."]),
        ("“gladly!”", ["Gladly."]),
    ],
)
def test_a_cue_with_signs_in_it_finds_its_own_words(cue: str, texts: list[str]) -> None:
    recipe = Recipe("slip", (Point("slip", cues=(cue,)),))
    for text in texts:
        assert review(text, recipe).steps["slip"] == "found", text


def test_a_built_in_rule_may_have_another_name() -> None:
    traps = review("That's shipping's fault, they never listen.", OWN).traps
    assert list(traps) == ["pushing"]


@pytest.mark.parametrize(
    ("steps", "traps", "message"),
    [
        ([], [], "recipe 'x' has no steps"),
        (
            [Point("sorry", "sorry")],
            [],
            "step 'sorry' names the unknown rule 'sorry'. Use one of: own, apology",
        ),
        ([Point("own", "own")] * 2, [], "step 'own' is there twice"),
        ([Point("a")], [], "step 'a' needs either a rule or a list of cues"),
        ([Point("a", "own", ("us",))], [], "step 'a' needs either a rule or a list of cues"),
        ([Point("a", cues=(".. ever",))], [], "cue '.. ever' of 'a' must begin"),
        ([Point("a", cues=(" ",))], [], "cue '' of 'a' must begin"),
        *(([Point("a", cues=(cue,))], [], "one that can't be left out") for cue in ("a? b?", "a? .. b?")),
        *(([Point("a", cues=(cue,))], [], "one before every '~'") for cue in ("oh ~", "|oh", "oh|~", "oh|?")),
        ([Point("own", "own")], [Point("blame", "blame")], "trap 'blame' names the unknown rule 'blame'"),
    ],
)
def test_a_faulty_recipe_is_told_what_and_how_to_fix(
    steps: list[Point], traps: list[Point], message: str
) -> None:
    with pytest.raises(CoachError) as caught:
        Recipe("x", tuple(steps), tuple(traps))
    assert message in str(caught.value)


def test_an_unknown_recipe_is_quoted_with_those_that_exist() -> None:
    with pytest.raises(
        CoachError, match=r"no recipe “late”. Use one of: coworker-error, delay, customer-error"
    ):
        review("Sorry.", "late")


def test_the_built_in_recipes_are_those_of_the_rubric() -> None:
    recipes = built_in_recipes()
    assert {name: [step.id for step in recipe.steps] for name, recipe in recipes.items()} == {
        "coworker-error": ["own", "solution"],
        "delay": ["apology", "explanation", "solution"],
        "customer-error": ["no-blame", "ease", "solution"],
        "customer-harm": ["no-blame", "bearable", "solution"],
        "rule-stands": ["acknowledge", "protects", "options"],
    }
    assert {trap.id for trap in recipes["delay"].traps} == set(TRAP_RULES)
    assert "excuse-first" not in {trap.id for trap in recipes["coworker-error"].traps}
    assert isinstance(get_recipe("delay"), Recipe)


# ---- wording and terminal


def test_a_trap_becomes_a_friendly_question_with_the_learners_words() -> None:
    text = "They never tell us anything."
    answer = review(text, "delay")
    assert ask_about(next(iter(answer.traps)), answer, text, get_recipe("delay")) == (
        "Whose fault does the customer hear in “They never tell us anything”?"
    )


def test_every_step_trap_and_extra_has_words_and_none_says_wrong() -> None:
    text = "some words {quote} {label}"
    for recipe in built_in_recipes().values():
        for verdict in ("found", "missing", "unclear"):
            answer = Review(recipe.id, steps={step.id: verdict for step in recipe.steps})
            said = [describe_step(answer, text, step) for step in recipe.steps]
            assert all(said) and "wrong" not in " ".join(said).lower()
            assert verdict != "unclear" or all("not sure" in sentence for sentence in said)
    assert all(describe_extra(extra) for extra in EXTRAS)


def test_a_long_quote_is_shortened() -> None:
    text = "They never " + "ever " * 60 + "tell us anything"
    answer = review(text, "delay")
    for trap in answer.traps:
        assert len(ask_about(trap, answer, text, get_recipe("delay"))) < 200


def test_the_terminal_shows_evidence_in_brackets_or_colours() -> None:
    text = "We're sorry it's late. They never tell us anything."
    answer = review(text, "delay")
    plain = render(answer, text, "delay")
    assert "[We're sorry it's late]" in plain
    assert "{They never tell us anything}" in plain
    assert "→ Whose fault" in plain
    assert "\x1b[32mWe're sorry" in render(answer, text, "delay", colour=True)


def test_the_terminal_never_prints_what_a_terminal_would_obey() -> None:
    text = "They never \x1b[2J tell \ud800 us anything"
    shown = render(review(text, "delay"), text, "delay")
    assert "\x1b" not in shown
    shown.encode("utf-8")


# ---- light


def test_the_coach_imports_no_runtime_before_it_reads() -> None:
    code = (
        "import sys, kit.coach as c; heavy = ('onnxruntime', 'numpy', 'pandas', 'yaml', 'torch', 'transformers');"
        "print([m for m in heavy if m in sys.modules]); c.review('sorry', 'delay');"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "['onnxruntime', 'numpy']"]
