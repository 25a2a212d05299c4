"""The server API: what a studio's backend and its tools do with the platform, one module for each section."""
