"""People who aren't there: they join by the join page and answer whatever a phone's page asks, as a browser would.

They know no kind and no activity: what there is to answer, they read from the HTML that a phone gets.
"""
