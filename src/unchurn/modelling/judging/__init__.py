"""What a model is worth: metrics, intervals, rivals, slices, profit, and the gate's rules."""
