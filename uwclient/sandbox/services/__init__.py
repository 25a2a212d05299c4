"""The platform, a folder for each service: its tables, its rules, its public functions and its routes."""
