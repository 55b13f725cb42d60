"""The pure part: what lenders are asked, what their answers become, and in which order offers are shown."""
