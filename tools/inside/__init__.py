"""Code that runs in the environment that was set up: databases, tests, the demo server."""
