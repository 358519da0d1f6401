"""The book's notebooks in the reader's browser: a JupyterLite site with Pyodide, below the book."""
