"""The web server: a Voilà application with pages for participants and the projector."""
