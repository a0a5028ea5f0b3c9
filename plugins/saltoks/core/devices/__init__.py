"""What locks and IQs report, and what happened at them."""
