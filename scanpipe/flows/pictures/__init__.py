"""What people see of captures: facts in words, pictures for a screen, and what enhancement will make of them."""
