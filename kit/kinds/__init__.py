"""The kinds of exercise: their stages, what a response is, what follows from responses. Plain rules, no I/O."""
