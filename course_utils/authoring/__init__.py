"""Make the notebooks that students receive (exercises/) from the authors' sources (solutions/)."""
