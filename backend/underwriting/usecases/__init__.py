"""What can be done about decisions and the policies behind them, one verb a file."""
