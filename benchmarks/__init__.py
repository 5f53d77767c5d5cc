"""Speed, agreement and memory beside other packages: `python -m benchmarks` prints everything in one run."""
