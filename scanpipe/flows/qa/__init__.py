"""The second look: which pages a person judges, what the verdicts say of a lot, and corrections of delivered books."""
