"""Keep marks and show them: gradebook, results, table, report, feedback pages."""
