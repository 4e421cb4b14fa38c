"""What people do in a stage: the rules of each activity, its template beside them."""
