"""What authors write (solutions/) made into what students receive (exercises/)."""
