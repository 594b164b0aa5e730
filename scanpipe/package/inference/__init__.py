"""What a package that was accepted shows of the convention that it was made by."""
