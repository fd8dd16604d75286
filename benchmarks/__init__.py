"""Speed and memory as ratios to plain Python, measured in one run on the machine at hand: `make bench`."""
