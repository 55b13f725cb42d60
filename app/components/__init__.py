"""The parts that screens are made of. Functions in lower case draw; those with a capital keep state of their own."""
