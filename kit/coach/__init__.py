"""The phrase coach: reads what a learner would say to a customer, against a recipe.

A small neural network scores each step and trap; the words that show it are a by-product. No I/O but
the one read of its own data.
"""

from kit.coach.recipe import Point, Recipe, built_in_recipes, get_recipe
from kit.coach.reviews import Review, review
from kit.coach.terminal import render
from kit.coach.wording import ask_about, describe_extra, describe_step

__all__ = [
    "Point",
    "Recipe",
    "Review",
    "ask_about",
    "built_in_recipes",
    "describe_extra",
    "describe_step",
    "get_recipe",
    "render",
    "review",
]
