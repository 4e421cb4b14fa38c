"""HTML: whole pages, and the stages of an exercise from the templates of its activities."""
