"""What is kept and shown of marks: gradebook, results, table, report, export, feedback pages."""
