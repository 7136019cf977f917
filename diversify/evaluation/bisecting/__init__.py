"""Where accuracy passes a level along an axis, found by bisection over seeds."""
