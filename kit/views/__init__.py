"""HTML of every page and stage, from templates. The same for phone, projector and notebook."""
