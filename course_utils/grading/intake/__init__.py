"""What was handed in, as plain data: files, cells, and the author's notebook with them in it."""
