"""Training, evaluation and comparison of captioners. Imports no Django; of `api` only `api.lib`, for the guard."""
