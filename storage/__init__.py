"""Where it is kept: SQLAlchemy Core on SQLite or PostgreSQL; whoever uses `Work` awaits it."""
