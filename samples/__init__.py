"""Register pages as Vietnam has them, drawn from a seed, with the truth of each: text, angle, ink, seal, page box."""
