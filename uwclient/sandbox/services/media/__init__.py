"""Media: pictures and other files, and what is said about them."""
