"""Training, evaluation and comparison of captioners. Imports no Django and nothing of `api`."""
