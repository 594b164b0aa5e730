"""Small pictures of worn writing, drawn by lot, with the truth of each pixel: what the ink network learns from."""
