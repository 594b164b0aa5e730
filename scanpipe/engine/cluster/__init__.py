"""What an engine of many machines needs besides itself: the batch, the guard, the nodes, their certificates."""
