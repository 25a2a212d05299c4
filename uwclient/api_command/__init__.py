"""`uwclient api`: the calls of the server API from a shell."""
