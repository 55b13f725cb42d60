"""What compliance does, one verb for each file."""
