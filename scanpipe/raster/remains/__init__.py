"""What is left of damaged pictures whose decoders give all or nothing: their data are mended so that they decode.

Nothing is invented: what did not come is white or grey, and whoever asks flags the page as damaged.
"""
