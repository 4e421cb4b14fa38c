"""The workshop kit: live exercises on customer service, practised alone, and their results."""
