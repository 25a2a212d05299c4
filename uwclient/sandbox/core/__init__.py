"""What every part of the sandbox stands on: storage, time, errors, and the rules that all services share."""
