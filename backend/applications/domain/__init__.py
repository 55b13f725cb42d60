"""Applications as pure functions: what a product allows, what a draft lacks, where a status may go."""
