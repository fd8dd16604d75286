"""What the pipeline does with what it reads: one transmission's parts turned into records, and one held set read again."""
