"""The demonstration street 中山路街道: its place, its people, a finished nomination and one half-way."""
