"""What the operating system does for everybody: durable files, locks, signals, time limits."""
