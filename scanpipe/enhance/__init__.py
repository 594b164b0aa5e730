"""From a master to a legible page: one file per step, measuring apart from applying."""
