"""What every app stands on and no model knows: blocks, dates, forms, and how a block is written in each medium."""
