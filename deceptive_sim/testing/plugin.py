"""The pytest plugin: every claim of a scenario file is a test."""
