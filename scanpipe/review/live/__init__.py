"""What an operator sees of the scan in progress. It reads, and changes nothing."""
