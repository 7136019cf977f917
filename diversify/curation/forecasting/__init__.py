"""What steps will take, told before they run."""
