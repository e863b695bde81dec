"""Browsers of people, and the services that reach them: each folder is one."""
