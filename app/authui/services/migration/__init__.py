"""Moving credentials between stores, verified: the plan, what it changes, and the move itself."""
