"""What an operator has to do today, what he did, and which book he means; the console shows it."""
