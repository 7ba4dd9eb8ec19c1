"""Migrations: forward only, the same scripts for SQLite and PostgreSQL."""
