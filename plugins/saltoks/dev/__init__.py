"""What runs the product on one machine: the local stack, the demo, the soak, the replay, the benchmark, the fuzzer."""
