"""What notebooks call: the facilitator's console, practice for one learner, the choice of a session."""
