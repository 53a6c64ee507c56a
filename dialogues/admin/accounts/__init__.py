"""Accounts of curators: users, login, second factors."""
